import { shopOf } from "../../service-context";
import { baseUrl, clientOf } from "../support/http/http";
import { eventually, startShop, TestClock } from "../support/world";

const CARD = "4242424242424242";

describe("S26: a shop whose events wait for their subscribers", () => {
	it("takes no order until they are handled, and goes on with all else", async () => {
		const clock = new TestClock();
		const broker = await startShop({}, { clock });
		const { get, post } = clientOf(baseUrl(broker));
		const place = (customer: number) =>
			post("/orders", { customerId: `c${customer}`, items: [{ productId: "hanji-notebook", quantity: 1 }] });
		let release = () => {};
		const gate = new Promise<void>((resolve) => (release = resolve));
		shopOf(broker).bus.subscribe("slow", ["order.placed"], () => gate);
		try {
			const [first] = await Promise.all(Array.from({ length: 80 }, (_, customer) => place(customer)));
			expect(first!.status).toBe(201);
			clock.advance(2_000);
			const refused = await eventually(async () => {
				const answer = await place(0);
				return answer.status !== 201 && answer;
			});
			expect([refused.status, refused.body.code]).toEqual([503, "OVERLOADED"]);
			expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
			expect((await post(`/orders/${first!.body.id}/payment`, { cardNo: CARD })).status).toBe(200);
			expect((await get("/mypages/c0")).status).toBe(200);
			release();
			await eventually(async () => (await place(0)).status === 201, 10_000);
		} finally {
			release();
			await broker.stop();
		}
	});
});
