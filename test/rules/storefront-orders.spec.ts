import { isWaiting, learn, newestFirst, type Order } from "../../web/storefront/rules/orders";

const order = (id: string, version: number, more: Partial<Order> = {}): Order => ({
	id,
	customerId: "alice",
	status: "placed",
	items: [],
	total: { amount: 1, currency: "KRW" },
	createdAt: "2026-01-01T00:00:00.000Z",
	updatedAt: "2026-01-01T00:00:00.000Z",
	version,
	...more,
});
const steps = (...types: string[]) => types.map((type) => ({ at: "2026-01-01T00:00:00.000Z", type }));
const known = (...answers: Order[]) => learn(new Map(), answers).get("o1");

describe("what the page knows of an order", () => {
	const placed = order("o1", 1, { expiresAt: "2026-01-01T00:30:00.000Z", timeline: steps("order.placed") });
	const declined = order("o1", 1, { timeline: steps("order.placed", "payment.declined") });
	const paid = order("o1", 2, {
		status: "completed",
		timeline: steps("order.placed", "payment.approved", "order.completed"),
	});

	it("is the newest, in whatever order answers come", () => {
		expect(known(placed, paid)?.status).toBe("completed");
		expect(known(paid, placed)?.status).toBe("completed");
	});

	it("follows the payment, which changes no version of the order", () => {
		expect(known(placed, declined)?.timeline).toHaveLength(2);
		expect(known(declined, placed)?.timeline).toHaveLength(2);
	});

	it("keeps its timeline where an answer has none, and no time to pay once it is paid", () => {
		const answer = order("o1", 2, { status: "completed" });
		expect(known(placed, answer)).toMatchObject({ status: "completed", timeline: placed.timeline });
		expect(known(placed, answer)?.expiresAt).toBeUndefined();
		expect(known(placed, order("o1", 1))).toBe(placed);
	});
});

describe("orders on my page", () => {
	it("are shown newest first, and wait for payment until they are paid or cancelled", () => {
		const old = order("a", 1, { status: "paying" });
		const young = order("b", 1, { createdAt: "2026-01-02T00:00:00.000Z", status: "completed" });
		const twin = order("c", 1, { createdAt: "2026-01-02T00:00:00.000Z", status: "cancelled" });
		const shown = newestFirst(learn(new Map(), [old, young, twin]));
		expect(shown.map(({ id }) => id)).toEqual(["c", "b", "a"]);
		expect(shown.filter(isWaiting).map(({ id }) => id)).toEqual(["a"]);
	});
});
