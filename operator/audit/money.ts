import type { OrderState } from "../../services/order/order.rules";
import type { Attempt } from "../../services/payment/payment.rules";
import type { JournalEntry } from "../../services/payment/processor.simulated";
import type { Money } from "../../shared/domain/money";
import { type AuditSnapshot, type Difference, groupBy } from "./difference";

/** The payment processor's entries for one payment or order; amounts are in minor units. */
interface Account {
	captures: JournalEntry[];
	captured: number;
	refunded: number;
}

/** I1 and I2: orders, payment attempts and the payment processor's journal agree on what was captured and refunded. */
export function compareMoney({ orders, attempts, journal }: AuditSnapshot): Difference[] {
	const ofPayment = groupBy(journal, ({ paymentId }) => paymentId);
	const ofOrder = groupBy(journal, ({ orderId }) => orderId);
	const attemptOf = new Map(attempts.map((attempt) => [attempt._id, attempt]));
	const orderOf = new Map(orders.map((order) => [order._id, order]));
	const differences: Difference[] = [];
	const add = (invariant: Difference["invariant"], subject: string, says: string | undefined) => {
		if (says) differences.push({ invariant, subject, says });
	};

	for (const { _id: id, ...order } of orders) {
		const account = accountOf(ofOrder.get(id) ?? []);
		const awaited = order.status === "placed" ? undefined : order.attempt?.paymentId;
		const wrong = checkOrder(order, account);
		add("I1", `order ${id}`, wrong);
		const says = wrong ? undefined : checkAwaited(order, attemptOf.get(awaited ?? ""));
		// Order asks payment by an event, and hears from it by another one.
		const awaits = ["order", "payment"];
		if (says) differences.push({ invariant: "I1", subject: `order ${id}`, says, awaits, about: id });
		if (account.captures.length > 1) {
			const payments = account.captures.map(({ paymentId }) => paymentId).join(", ");
			add("I2", `order ${id}`, `was captured ${account.captures.length} times, by payments ${payments}`);
		}
	}
	for (const attempt of attempts) {
		const order = orderOf.get(attempt.orderId);
		const entries = ofPayment.get(attempt._id) ?? [];
		ofPayment.delete(attempt._id);
		add(
			"I1",
			`payment ${attempt._id}`,
			order ? checkAttempt(attempt, order, entries) : "pays an order that is not stored",
		);
	}
	for (const [paymentId, [entry]] of ofPayment) {
		add("I1", `payment ${paymentId}`, `was ${entry!.type} by the payment processor, but payment does not know it`);
	}
	return differences;
}

function checkOrder(order: OrderState, account: Account): string | undefined {
	const { status, total } = order;
	const kept = account.captured - account.refunded;
	if (kept < 0) return `was refunded more than was captured: ${inWords(account, total)}`;
	if (isForgotten(order)) return "is paying, but nothing says when that is settled";
	const refund = order.status === "cancelled" ? order.cancellation.refund : undefined;
	const situation = refund ? `cancelled with refund ${refund}` : status;
	const isUndecided = status === "paying" || refund === "pending";
	const expected = status === "completed" ? [total.amount] : isUndecided ? [0, total.amount] : [0];
	const isRefundMissing = refund === "refunded" && account.refunded === 0;
	if (expected.includes(kept) && !isRefundMissing) return undefined;
	return `is ${situation} (total ${amountOf(total)}), but ${inWords(account, total)}`;
}

/** Whether no process will settle the payment: the order is not due, and `order.paying` was not published. */
function isForgotten(order: OrderState): boolean {
	return order.status === "paying" && order.dueAt === undefined && !order.attempt.published;
}

/** An order that waits for payment's events needs an attempt that will still publish one. */
function checkAwaited(order: OrderState, attempt: Attempt | undefined): string | undefined {
	const awaitsOutcome = order.status === "paying" && order.attempt.published;
	const awaitsRefund = order.status === "cancelled" && order.cancellation.refund === "pending";
	if (!awaitsOutcome && !awaitsRefund) return undefined;
	const waits = `waits for the ${awaitsRefund ? "refund" : "outcome"} of payment ${order.attempt!.paymentId}`;
	if (!attempt) return `${waits}, which payment does not know`;
	const { status, refundWanted } = attempt;
	if (status === "pending") return undefined;
	if (awaitsRefund && status === "approved") return refundWanted ? undefined : `${waits}, which nobody asked for`;
	return `${waits}, which is ${status}`;
}

function checkAttempt(attempt: Attempt, order: OrderState, entries: readonly JournalEntry[]): string | undefined {
	const { status, amount, orderId, refundWanted, dueAt, refundAt = dueAt } = attempt;
	if (!isSame(amount, order.total))
		return `is of ${amountOf(amount)}, but order ${orderId} is of ${amountOf(order.total)}`;
	const stray = entries.find((entry) => entry.orderId !== orderId || !isSame(entry.amount, amount));
	if (stray)
		return `was ${stray.type} as ${amountOf(stray.amount)} for order ${stray.orderId}, not as it was asked for`;
	const account = accountOf(entries);
	const says = `is ${status}, but ${inWords(account, amount)}`;
	const isCaptured = account.captured > 0;
	const isRefunded = account.refunded > 0;
	if (account.refunded > account.captured) return says;
	switch (status) {
		case "pending":
			return dueAt === undefined ? "is pending, but has no time at which that is to be settled" : undefined;
		case "approved":
			if (refundWanted && refundAt === undefined) return "is to be refunded, but has no time for it";
			return isCaptured && (!isRefunded || refundWanted) ? undefined : says;
		case "refunded":
			return account.captured === account.refunded && isRefunded ? undefined : says;
		case "declined":
		case "voided":
			return isCaptured ? says : undefined;
	}
}

function accountOf(entries: readonly JournalEntry[]): Account {
	const of = (type: JournalEntry["type"]) => entries.filter((entry) => entry.type === type);
	const sum = (some: readonly JournalEntry[]) => some.reduce((total, { amount }) => total + amount.amount, 0);
	const captures = of("captured");
	return { captures, captured: sum(captures), refunded: sum(of("refunded")) };
}

function inWords({ captured, refunded }: Account, { currency }: Money): string {
	return `the payment processor captured ${captured} and refunded ${refunded} ${currency}`;
}

function amountOf({ amount, currency }: Money): string {
	return `${amount} ${currency}`;
}

function isSame(a: Money, b: Money): boolean {
	return a.amount === b.amount && a.currency === b.currency;
}
