import { currenciesIn } from "../../shared/domain/money";
import type { AuditSnapshot, Difference } from "./difference";

/** I1: all money is in the shop's one currency, which is that of its first product, or else of its first order. */
export function compareCurrencies({ products, orders, attempts, journal }: AuditSnapshot): Difference[] {
	const [first] = [...byAge(products), ...byAge(orders)];
	const [currency] = currenciesIn(first);
	const subjects = [
		...products.map((product) => [`product ${product._id}`, product] as const),
		...orders.map((order) => [`order ${order._id}`, order] as const),
		...attempts.map((attempt) => [`payment ${attempt._id}`, attempt] as const),
		...journal.map((entry) => [`payment ${entry.paymentId} in the processor's journal`, entry] as const),
	];
	return subjects.flatMap(([subject, document]): Difference[] => {
		const others = [...currenciesIn(document)].filter((other) => other !== currency);
		if (currency === undefined || others.length === 0) return [];
		return [{ invariant: "I1", subject, says: `has money in ${others.join(", ")}, and the shop's is ${currency}` }];
	});
}

function byAge<Document extends { createdAt: number }>(documents: readonly Document[]): Document[] {
	return [...documents].sort((a, b) => a.createdAt - b.createdAt);
}
