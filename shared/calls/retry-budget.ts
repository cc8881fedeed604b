const CAPACITY = 20;
/** Tokens are counted in tenths, so that ten tenths make exactly one. */
const TENTHS = 10;

/**
 * Limits second tries of calls that may have run: at most {@link CAPACITY} at once, and 10 % of a process's calls in the long run. Where
 * every call fails, as under overload, second tries add a tenth to the load instead of doubling it.
 *
 * A token bucket like gRPC's retry throttling (gRFC A6). gRPC has a bucket for each server and counts failures; this budget counts calls,
 * because all calls of a broker share it.
 */
export class RetryBudget {
	private tenths = CAPACITY * TENTHS;

	/** Adds 0.1 token for a call. A full bucket stays full. */
	earn(): void {
		this.tenths = Math.min(this.tenths + 1, CAPACITY * TENTHS);
	}

	/** Takes one token for a second try; false where less than one is left. */
	take(): boolean {
		if (this.tenths < TENTHS) return false;
		this.tenths -= TENTHS;
		return true;
	}

	/** Gives back a token that was taken and not used. */
	giveBack(): void {
		this.tenths = Math.min(this.tenths + TENTHS, CAPACITY * TENTHS);
	}
}
