const LONGEST_S = 30;

/** An answer of the shop, or that there is none. */
export interface Reply {
	/** Undefined: the shop could not be reached, or did not answer. */
	status?: number;
	/** The problem's code. */
	code?: string;
	/** The Retry-After header. */
	retryAfter?: string | null;
}

/** Whether the request is to be sent again, as it was not decided; with the same Idempotency-Key nothing is done twice. */
export function isUndecided({ status, code, retryAfter }: Reply): boolean {
	if (status === undefined) return true;
	// The attempt lives on, and the order shows how it ends.
	if (code === "PAYMENT_OUTCOME_UNKNOWN") return false;
	return (
		status === 503 || status === 429 || status === 502 || status === 504 || (status === 409 && Boolean(retryAfter))
	);
}

/** Whether the command may be done although it was refused: the shop, or a proxy in front of it, failed at some point of it. */
export function mayBeDone({ status, code }: Reply): boolean {
	return status !== undefined && status >= 500 && code !== "PAYMENT_OUTCOME_UNKNOWN";
}

/** Seconds until the request is sent again: what the shop asks for, then longer and longer. `failures` counts from 1. */
export function waitFor({ retryAfter }: Reply, failures: number): number {
	const asked = Number(retryAfter);
	const first = Number.isFinite(asked) && asked >= 1 ? Math.ceil(asked) : 2;
	return Math.max(first, Math.min(first * 2 ** Math.max(0, failures - 2), LONGEST_S));
}
