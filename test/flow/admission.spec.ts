import type { ServiceBroker } from "moleculer";
import { shopOf } from "../../service-context";
import { type Lag, LAG_EVENT, lagReports, ReportedLags } from "../../shared/reports/lag-reports";
import { baseUrl, clientOf } from "../support/http/http";
import { eventually, startShop, TestClock } from "../support/world";

const CARD = "4242424242424242";

describe("a gateway that other processes tell how long events wait in them", () => {
	it("takes no order until they say that it is over, and goes on with all else", async () => {
		const broker = await startShop({});
		const { get, post } = clientOf(baseUrl(broker));
		const place = () => post("/orders", { customerId: "ann", items: [{ productId: "hanji-notebook", quantity: 1 }] });
		try {
			const { body: order } = await place();
			await broker.broadcast<Lag>(LAG_EVENT, { ms: 1_500 });
			const refused = await eventually(async () => {
				const answer = await place();
				return answer.status !== 201 && answer;
			});
			expect([refused.status, refused.body.code]).toEqual([503, "OVERLOADED"]);
			expect((await post(`/orders/${order.id}/payment`, { cardNo: CARD })).status).toBe(200);
			expect((await get("/mypages/ann")).status).toBe(200);
			await broker.broadcast<Lag>(LAG_EVENT, { ms: 0 });
			await eventually(async () => (await place()).status === 201);
		} finally {
			await broker.stop();
		}
	});

	it("takes orders again where a process says nothing more", () => {
		jest.useFakeTimers();
		const lags = new ReportedLags();
		lags.note("a", { ms: 700 });
		lags.note("b", { ms: 1_500 });
		expect(lags.worstMs).toBe(1_500);
		lags.note("b", { ms: 0 });
		expect(lags.worstMs).toBe(700);
		jest.advanceTimersByTime(2_500);
		expect(lags.worstMs).toBe(0);
		jest.useRealTimers();
	});
});

describe("a process of a cluster", () => {
	it("reports its lag while it has one, and once more when that is over", async () => {
		const told: Lag[] = [];
		let ms = 0;
		const broker = { broadcast: async (_: string, lag: Lag) => void told.push(lag) } as unknown as ServiceBroker;
		jest.useFakeTimers();
		const { started, stopping } = lagReports(() => ms)(broker) as Record<"started" | "stopping", () => Promise<void>>;
		await started();
		for (const lag of [0, 300, 900, 0, 0]) {
			ms = lag;
			jest.advanceTimersByTime(500);
		}
		expect(told).toEqual([{ ms: 300 }, { ms: 900 }, { ms: 0 }]);
		await stopping();
		ms = 1;
		jest.advanceTimersByTime(5_000);
		expect(told).toHaveLength(3);
		jest.useRealTimers();
	});
});

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
