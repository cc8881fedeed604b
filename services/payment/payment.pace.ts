import { FIRST_PACE, paceAfter } from "../../shared/timing/pace";

/**
 * Divides the processor's pace between settling and refunding. A quarter of it is for refunds, which also take what settling leaves free; the rest
 * is for settling. So neither starves the other, and where both wait, settling is the faster.
 */
export class ProcessorPace {
	private pace = FIRST_PACE;
	private settling = 0;

	/** Attempts that may be settled at once. */
	get settledAtOnce(): number {
		return this.width - this.refundShare;
	}

	/** Attempts that may be refunded at once. */
	get refundedAtOnce(): number {
		return Math.max(this.refundShare, this.width - this.settling);
	}

	async settle<T>(request: () => Promise<T>): Promise<T> {
		this.settling++;
		try {
			return await this.measure(request);
		} finally {
			this.settling--;
		}
	}

	refund(request: () => Promise<void>): Promise<void> {
		return this.measure(request);
	}

	private get width(): number {
		return Math.floor(this.pace.width);
	}

	private get refundShare(): number {
		return Math.ceil(this.width / 4);
	}

	private async measure<T>(request: () => Promise<T>): Promise<T> {
		const beganAt = performance.now();
		let failed = true;
		try {
			const answer = await request();
			failed = false;
			return answer;
		} finally {
			this.pace = paceAfter(this.pace, { beganAt, endedAt: performance.now(), failed });
		}
	}
}
