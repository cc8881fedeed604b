import type { CloudEvent } from "../../../shared/events/event";

/** An event as its service publishes it: its type begins with the service's noun, and product publishes `stock.*`. `more` replaces fields. */
export function anEvent(
	type: string,
	subject: string,
	sequence: number,
	data: object,
	more: Partial<CloudEvent> = {},
): CloudEvent {
	const noun = type.split(".")[0]!;
	const publisher = noun === "stock" ? "product" : noun;
	return {
		specversion: "1.0",
		id: `${publisher}/${subject}/${sequence}`,
		source: `/funshop/${publisher}`,
		type,
		subject,
		sequence,
		time: "2026-01-01T00:00:00.000Z",
		datacontenttype: "application/json",
		data,
		...more,
	};
}

/** The moment `second` seconds after midnight. */
export function secondsIn(second: number): string {
	return new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
}

/** The items of an order as big as one can be: a hundred products with long names, 80 kB of JSON. */
export function bigItems() {
	const unitPrice = { amount: 1, currency: "KRW" };
	const name = "🍵".repeat(200);
	return Array.from({ length: 100 }, (_, index) => ({ productId: `p${index}`, name, quantity: 1, unitPrice }));
}
