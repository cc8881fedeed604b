import { type Static, Type } from "@sinclair/typebox";
import { Errors as WebErrors } from "moleculer-web";
import { errorType, type FieldError, isRefusal } from "../../shared/domain/refusals";

/** An error answer: RFC 9457 (https://www.rfc-editor.org/rfc/rfc9457). */
export const ProblemShape = Type.Object({
	type: Type.String({ description: "A URN of the code" }),
	title: Type.String(),
	status: Type.Integer({ minimum: 400, maximum: 599 }),
	code: Type.String({ pattern: "^[A-Z][A-Z0-9_]*$", description: "Stable; what programs compare" }),
	detail: Type.Optional(Type.String()),
	instance: Type.String({ description: "A URN of the request, whose id is in X-Request-ID too" }),
	errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
});
export type Problem = Static<typeof ProblemShape>;

/** An error answer, before it is known which request it answers. */
export interface Failure {
	status: number;
	code: string;
	detail?: string;
	errors?: FieldError[];
	retryAfterS?: number;
	headers?: Readonly<Record<string, string>>;
	/** Members of the problem beyond those that every problem has. */
	more?: object;
	/** Whether nobody foresaw it, so that its cause belongs into the log. */
	unforeseen?: true;
}

/** What HTTP itself refuses, apart from any service. */
export class HttpError extends Error {
	constructor(readonly failure: Failure) {
		super(failure.detail ?? failure.code);
	}
}

const RETRY_AFTER_S = 1;

/** Moleculer's ways to say that nobody answers now; to a client they are one. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
	SERVICE_NOT_FOUND: "SERVICE_UNAVAILABLE",
	SERVICE_NOT_AVAILABLE: "SERVICE_UNAVAILABLE",
	REQUEST_REJECTED: "SERVICE_UNAVAILABLE",
	BAD_GATEWAY: "SERVICE_UNAVAILABLE",
	REQUEST_TIMEOUT: "REQUEST_TIMEOUT",
	REQUEST_SKIPPED: "REQUEST_TIMEOUT",
	QUEUE_FULL: "OVERLOADED",
};

const UNAVAILABLE_DETAILS: Readonly<Record<string, string>> = {
	SERVICE_UNAVAILABLE: "This part of the shop cannot be reached right now.",
	REQUEST_TIMEOUT: "This part of the shop did not answer in time.",
	OVERLOADED: "The shop has more to do than it can right now.",
};

/** What a client is told of an error. What is not foreseen says nothing of its cause. */
export function failureOf(error: unknown): Failure {
	if (error instanceof HttpError) return error.failure;
	if (isRefusal(error)) {
		const { code: status, type: code, message: detail, data } = error;
		return { status, code, detail, errors: data?.errors, retryAfterS: data?.retryAfterS };
	}
	const type = errorType(error) ?? "";
	if (type === "UNABLE_DECODE_PARAM") return malformedUrl;
	// moleculer-web's own, without a type, where it has not heard of a service yet.
	const code = error instanceof WebErrors.ServiceUnavailableError ? "SERVICE_UNAVAILABLE" : UNAVAILABLE[type];
	if (code) return { status: 503, code, detail: UNAVAILABLE_DETAILS[code], retryAfterS: RETRY_AFTER_S };
	return {
		status: 500,
		code: "INTERNAL_ERROR",
		detail: "Something went wrong here; it is written down.",
		unforeseen: true,
	};
}

export const malformedUrl: Failure = {
	status: 400,
	code: "MALFORMED_URL",
	detail: "The URL is not percent-encoded UTF-8.",
};

export function toProblem({ status, code, detail, errors, more }: Failure, requestId: string): Problem {
	return {
		type: `urn:funshop:problem:${code}`,
		title: titleOf(code),
		status,
		code,
		...(detail === undefined ? {} : { detail }),
		instance: `urn:funshop:request:${requestId}`,
		...(errors === undefined ? {} : { errors }),
		...more,
	};
}

export function problemHeaders({ retryAfterS, headers }: Failure): Record<string, string> {
	return {
		"Content-Type": "application/problem+json",
		...(retryAfterS === undefined ? {} : { "Retry-After": String(Math.max(1, Math.ceil(retryAfterS))) }),
		...headers,
	};
}

function titleOf(code: string): string {
	const words = code.toLowerCase().replaceAll("_", " ");
	return words.charAt(0).toUpperCase() + words.slice(1);
}
