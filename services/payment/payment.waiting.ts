import type { Saved } from "../../shared/aggregates/aggregate";
import { toRfc3339 } from "../../shared/domain/clock";
import type { Collection } from "../../shared/store/store";
import type { WaitingPayments } from "../operator/state.schemas";
import { type Attempt, isUnknown } from "./payment.rules";

/** Attempts that are counted at most. */
const COUNTED = 1_000;
const NAMED = 10;

/** For operators: the attempts that wait for the payment processor. */
export interface Waiting {
	/** Of unknown outcome. */
	unknown: WaitingPayments;
	refunds: WaitingPayments;
}

/** @param now milliseconds since 1970 */
export async function waitingIn(attempts: Collection<Saved<Attempt>>, now: number): Promise<Waiting> {
	const due = await attempts.query("due", { limit: COUNTED + 1 });
	const refunds = await attempts.query("refunds", { limit: COUNTED + 1 });
	return {
		unknown: summary(
			due.filter((attempt) => isUnknown(attempt, now)),
			due.length > COUNTED,
		),
		refunds: summary(refunds, refunds.length > COUNTED),
	};
}

function summary(attempts: ReadonlyArray<Saved<Attempt>>, isMore: boolean): WaitingPayments {
	const counted = attempts.slice(0, COUNTED).sort((a, b) => a.createdAt - b.createdAt);
	return { count: counted.length, isMore, oldest: counted.slice(0, NAMED).map(toWaiting) };
}

function toWaiting({ paymentId, orderId, amount, createdAt, tries, dueAt, refundAt = dueAt }: Attempt) {
	return {
		paymentId,
		orderId,
		amount,
		since: toRfc3339(createdAt),
		tries,
		...(refundAt !== undefined && { nextTryAt: toRfc3339(refundAt) }),
	};
}
