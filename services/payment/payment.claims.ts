import type { Saved } from "../../shared/aggregates/aggregate";
import { busy } from "../../shared/domain/refusals";
import type { Collection, Stored } from "../../shared/store/store";
import { type Attempt, isLive, mayCaptureFirst } from "./payment.rules";

/** Attempts that are looked through for an order without a claim, the latest ones. */
const ATTEMPTS_READ = 100;
const MAX_CONFLICTS = 10;

/** Names the attempt of an order that may capture, under the order's id. */
export interface Claim extends Stored {
	paymentId: string;
}

/**
 * Lets one attempt of each order capture at a time. An attempt is saved before it takes the claim, and takes it before the processor is
 * asked, so that a claim always names a saved attempt. The claim passes on only from an attempt that is decided for good and holds no money.
 */
export class Claims {
	constructor(
		private readonly claims: Collection<Claim>,
		private readonly attempts: Collection<Saved<Attempt>>,
	) {}

	/**
	 * Takes the claim for this attempt. Resolves with the other attempt of the order that has it and may capture, or has captured; with
	 * undefined where this attempt has it.
	 * @throws Refusal AGGREGATE_BUSY where others write too often; STORE_UNAVAILABLE
	 */
	async take(attempt: Saved<Attempt>): Promise<Saved<Attempt> | undefined> {
		const { _id, orderId } = attempt;
		for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
			const claim = await this.claims.load(orderId);
			if (claim?.paymentId === _id) return undefined;
			const other = claim ? await this.attempts.load(claim.paymentId) : await this.earlier(attempt);
			const isHeld = other !== undefined && isLive(other);
			if (claim && isHeld) return other;
			const paymentId = isHeld ? other._id : _id;
			if (await this.claims.save({ ...claim, _id: orderId, paymentId }, claim)) return isHeld ? other : undefined;
		}
		throw busy("AGGREGATE_BUSY", "Others are paying the same order.");
	}

	/** The attempt that may capture in place of this one. Attempts of earlier versions, and those whose process died, have no claim. */
	private async earlier(attempt: Saved<Attempt>): Promise<Saved<Attempt> | undefined> {
		const query = { equals: [attempt.orderId], order: "descending", limit: ATTEMPTS_READ } as const;
		const found = await this.attempts.query("orders", query);
		const others = found.filter((other) => other._id !== attempt._id && mayCaptureFirst(other, attempt));
		return others.find(({ status }) => status === "approved") ?? others.at(-1);
	}
}
