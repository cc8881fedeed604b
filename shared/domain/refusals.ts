import { Errors } from "moleculer";

/** The code of each kind of refusal. The api answers it as HTTP status; circuit breaker and retries read it too. */
const CODE_OF = {
	malformed: 400,
	declined: 402,
	notFound: 404,
	conflict: 409,
	stale: 412,
	invalid: 422,
	busy: 503,
} as const;

export type RefusalKind = keyof typeof CODE_OF;

/** A field that was refused and why; `field` is a dotted path into the body, or the name of a query parameter. */
export interface FieldError {
	field: string;
	message: string;
}

export interface RefusalDetails {
	/** Seconds after which trying again makes sense. */
	retryAfterS?: number;
	errors?: FieldError[];
}

/**
 * An expected refusal, which is a part of the shop's API. Between processes it travels as
 * `{ name, message, code, type, data }`, so callers compare `type` (see {@link errorType}), never the class.
 * The message is shown to clients: no card numbers, no driver text, no node ids.
 */
export class Refusal extends Errors.MoleculerError {
	declare data: RefusalDetails;

	constructor(kind: RefusalKind, type: string, message: string, details: RefusalDetails = {}) {
		// An expected answer needs no stack, which would cost a refused request as much as all the rest of it.
		const { stackTraceLimit } = Error;
		Error.stackTraceLimit = 0;
		super(message, CODE_OF[kind], type, details);
		Error.stackTraceLimit = stackTraceLimit;
		this.name = "Refusal";
	}
}

export const malformed = (type: string, message: string) => new Refusal("malformed", type, message);
export const declined = (type: string, message: string) => new Refusal("declined", type, message);
export const notFound = (type: string, message: string) => new Refusal("notFound", type, message);
export const conflict = (type: string, message: string, details?: RefusalDetails) =>
	new Refusal("conflict", type, message, details);
export const invalid = (field: string, message: string) =>
	new Refusal("invalid", "VALIDATION_FAILED", `${field}: ${message}`, { errors: [{ field, message }] });
export const busy = (type: string, message: string, retryAfterS = 1) =>
	new Refusal("busy", type, message, { retryAfterS });

/** Whether `error` is a refusal, of this process or of another. */
export function isRefusal(error: unknown): error is Refusal {
	return error instanceof Error && error.name === "Refusal";
}

/** The refusal's or Moleculer error's `type`, or undefined for anything else. */
export function errorType(error: unknown): string | undefined {
	const type = (error as { type?: unknown } | undefined)?.type;
	return typeof type === "string" ? type : undefined;
}

/** Moleculer's error types for a service that runs nowhere, and for a network that is away. */
const AWAY = new Set(["SERVICE_NOT_AVAILABLE", "SERVICE_NOT_FOUND", "BAD_GATEWAY"]);

/** Whether trying again later may help: the other side is full, stopped, starting or slow, and the input is not at fault. */
export function isTransient(error: unknown): boolean {
	const { code } = (error ?? {}) as { code?: unknown };
	return code === 503 || code === 504 || code === 429 || AWAY.has(errorType(error) ?? "");
}

/** A refusal as it can be stored. */
export interface StoredRefusal {
	code: number;
	type: string;
	message: string;
	data: RefusalDetails;
}

export function toStored({ code, type, message, data }: Refusal): StoredRefusal {
	return { code, type, message, data };
}

/** @throws Error for a code that no kind of refusal has: a defect */
export function fromStored({ code, type, message, data }: StoredRefusal): Refusal {
	const kind = (Object.keys(CODE_OF) as RefusalKind[]).find((candidate) => CODE_OF[candidate] === code);
	if (!kind) throw new Error(`no kind of refusal has the code ${code}`);
	return new Refusal(kind, type, message, data);
}
