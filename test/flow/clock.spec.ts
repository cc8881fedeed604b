import type { ServiceBroker } from "moleculer";
import { baseUrl, clientOf } from "../support/http/http";
import { eventually, startShop, TestClock } from "../support/world";

const CARD = "4242424242424242";
const MINUTE = 60_000;
const until = (date: string) => Date.parse(date) - Date.now();

describe("when the clock jumps", () => {
	let broker: ServiceBroker;
	let shop: ReturnType<typeof clientOf>;
	let clock: TestClock;

	beforeEach(async () => {
		clock = new TestClock();
		broker = await startShop({}, { clock });
		shop = clientOf(baseUrl(broker));
	});
	afterEach(() => broker.stop());

	const place = async () => {
		const items = [{ productId: "green-tea", quantity: 1 }];
		return (await shop.post("/orders", { customerId: "alice", items })).body;
	};
	const pay = (id: string, more = {}) => shop.post(`/orders/${id}/payment`, { cardNo: CARD, ...more });
	const onMyPage = async (id: string) =>
		(await shop.get("/mypages/alice")).body.orders.find((order: { id: string }) => order.id === id);
	const shows = (id: string, status: string) => eventually(async () => (await onMyPage(id))?.status === status);

	const stock = async () => (await shop.get("/products/green-tea")).body.stock;

	it("an order's events keep their sequence though the clock goes back ten minutes between them", async () => {
		const before = await stock();
		const { id } = await place();
		clock.advance(-10 * MINUTE);
		expect((await pay(id)).body.status).toBe("completed");
		await shows(id, "completed");
		clock.advance(20 * MINUTE);
		expect((await shop.post(`/orders/${id}/cancellation`, {})).status).toBe(200);
		await shows(id, "cancelled");
		await eventually(async () => (await onMyPage(id)).payment.status === "refunded", 15_000);
		await eventually(async () => (await stock()) === before);
	});

	it.each(["2027-12-31T23:59:59.500Z", "2028-02-28T23:59:59.500Z", "2028-02-29T23:59:59.500Z"])(
		"an order that is placed at %s can be paid a second later, and expires half an hour later if it is unpaid",
		async (moment) => {
			clock.advance(until(moment));
			const before = await stock();
			const [paid, unpaid] = [await place(), await place()];
			clock.advance(1_000);
			expect((await pay(paid.id)).body.status).toBe("completed");
			clock.advance(29 * MINUTE);
			await shows(unpaid.id, "placed");
			clock.advance(1 * MINUTE);
			await shows(unpaid.id, "cancelled");
			expect((await onMyPage(unpaid.id)).cancelledBy).toBe("expired");
			await shows(paid.id, "completed");
			await eventually(async () => (await stock()) === before - 1);
		},
	);

	it("a card can be used until its month has ended in every time zone, and no longer", async () => {
		clock.advance(until("2027-01-01T11:00:00.000Z"));
		expect((await pay((await place()).id, { expiry: "12/26" })).status).toBe(200);
		clock.advance(2 * 60 * MINUTE);
		const late = await pay((await place()).id, { expiry: "12/26" });
		expect([late.status, late.body.errors[0].field]).toEqual([422, "expiry"]);
	});

	it("a repeated request gets the same answer up to a day later", async () => {
		const items = [{ productId: "green-tea", quantity: 1 }];
		const order = () => shop.post("/orders", { customerId: "alice", items }, { "idempotency-key": "k" });
		const first = (await order()).body;
		clock.advance(24 * 60 * MINUTE - 10_000);
		expect((await order()).body).toEqual(first);
		clock.advance(20_000);
		expect((await order()).body.id).not.toBe(first.id);
	});
});
