import type { Schemas } from "../../shared/shop";
import type { Reply } from "../rules/retry";
import { clockAhead } from "../rules/countdown";

/** A problem of the shop, or none where it could not be reached. */
export type Refused = Reply & { problem?: Schemas["Problem"] };

/** The answer of one call. */
export type Answered<Data> = { data: Data } | { refused: Refused };

/** As openapi-fetch answers. */
export type Call<Data> = () => Promise<{ data?: Data; error?: unknown; response: Response }>;

let aheadMs = 0;

/** The shop's time, in milliseconds since 1970. */
export function shopNow(): number {
	return Date.now() + aheadMs;
}

/** Asks the shop once. Rejects only where the call was aborted. */
export async function ask<Data>(call: Call<Data>): Promise<Answered<Data>> {
	const sentAt = Date.now();
	try {
		const { data, error, response } = await call();
		aheadMs = clockAhead(response.headers.get("Date"), sentAt, Date.now()) ?? aheadMs;
		if (response.ok && data !== undefined) return { data };
		return { refused: { ...replyOf(response, error) } };
	} catch (error) {
		if (error instanceof DOMException && error.name === "AbortError") throw error;
		return { refused: {} };
	}
}

function replyOf({ status, headers }: Response, error: unknown): Refused {
	// A proxy in between may answer something else than a problem.
	const isProblem = typeof error === "object" && error !== null && "code" in error;
	const problem = isProblem ? (error as Schemas["Problem"]) : undefined;
	return { status, code: problem?.code, retryAfter: headers.get("Retry-After"), problem };
}
