import { type Static, Type } from "@sinclair/typebox";
import { Errors as WebErrors } from "moleculer-web";
import { errorType, type FieldError, isRefusal } from "../../../shared/domain/refusals";

/** The body of an error response: RFC 9457 (https://www.rfc-editor.org/rfc/rfc9457). */
export const ProblemShape = Type.Object({
	type: Type.String({ description: "A URN of the code" }),
	title: Type.String(),
	status: Type.Integer({ minimum: 400, maximum: 599 }),
	code: Type.String({ pattern: "^[A-Z][A-Z0-9_]*$", description: "Stable; for programs to compare" }),
	detail: Type.Optional(Type.String()),
	instance: Type.String({ description: "A URN of the request; its id is also in X-Request-ID" }),
	errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
});
export type Problem = Static<typeof ProblemShape>;

/** An error response, independent of the request. */
export interface Failure {
	status: number;
	code: string;
	detail?: string;
	errors?: FieldError[];
	retryAfterS?: number;
	headers?: Readonly<Record<string, string>>;
	/** Further members of the problem. */
	more?: object;
	/** The error is a defect: it is logged with its stack. */
	unforeseen?: true;
}

/** An error of the HTTP layer, not of a service. */
export class HttpError extends Error {
	constructor(readonly failure: Failure) {
		super(failure.detail ?? failure.code);
	}
}

const RETRY_AFTER_S = 1;

/** Our codes for Moleculer's errors where a service does not answer. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
	SERVICE_NOT_FOUND: "SERVICE_UNAVAILABLE",
	SERVICE_NOT_AVAILABLE: "SERVICE_UNAVAILABLE",
	REQUEST_REJECTED: "SERVICE_UNAVAILABLE",
	BAD_GATEWAY: "SERVICE_UNAVAILABLE",
	REQUEST_TIMEOUT: "REQUEST_TIMEOUT",
	REQUEST_SKIPPED: "REQUEST_TIMEOUT",
	REQUEST_TOO_LATE: "REQUEST_TOO_LATE",
	QUEUE_FULL: "OVERLOADED",
};

const UNAVAILABLE_DETAILS: Readonly<Record<string, string>> = {
	SERVICE_UNAVAILABLE: "This part of the shop cannot be reached right now.",
	REQUEST_TIMEOUT: "This part of the shop did not answer in time.",
	REQUEST_TOO_LATE: "The request waited too long to be begun; nothing was done.",
	OVERLOADED: "The shop has more to do than it can right now.",
};

/** The response to an error. An unforeseen error becomes a 500 that does not reveal its cause. */
export function failureOf(error: unknown): Failure {
	if (error instanceof HttpError) return error.failure;
	if (isRefusal(error)) {
		const { code: status, type: code, message: detail, data } = error;
		return { status, code, detail, errors: data?.errors, retryAfterS: data?.retryAfterS };
	}
	const type = errorType(error) ?? "";
	// The process whose message it is has logged it.
	if (type === "MESSAGE_TOO_LARGE") return { status: 500, code: type, detail: "The answer is too large to be sent." };
	if (type === "UNABLE_DECODE_PARAM") return malformedUrl;
	// moleculer-web throws this error, which has no type, before it knows the service.
	const code = error instanceof WebErrors.ServiceUnavailableError ? "SERVICE_UNAVAILABLE" : UNAVAILABLE[type];
	if (code) return unavailable(code);
	return {
		status: 500,
		code: "INTERNAL_ERROR",
		detail: "Something went wrong here; it is written down.",
		unforeseen: true,
	};
}

function unavailable(code: string): Failure {
	return { status: 503, code, detail: UNAVAILABLE_DETAILS[code], retryAfterS: RETRY_AFTER_S };
}

export const requestTooLate = unavailable("REQUEST_TOO_LATE");

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
