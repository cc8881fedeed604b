import type { Browser } from "playwright-core";
import { describeInBrowser } from "../support/browser/describe-in-browser";
import { Visitor } from "../support/browser/visitor";
import { type Cluster, startCluster } from "../support/cluster/cluster";
import { describeWith } from "../support/cluster/servers";
import { clientOf } from "../support/http/http";

describeWith(["nats"], "in a cluster", () =>
	describeInBrowser("a storefront that is open at one of two gateways", (launch) => {
		let cluster: Cluster;
		let browser: Browser;
		let visitor: Visitor;

		beforeAll(async () => {
			[cluster, browser] = await Promise.all([startCluster({ gateways: 2 }), launch()]);
		});
		afterAll(async () => {
			await Promise.all([cluster?.stop(), browser?.close()]);
		});

		it("shows at once what the other one was told", async () => {
			const [here, there] = cluster.urls as [string, string];
			const tea = { name: "Green tea", price: { amount: 18_000, currency: "KRW" }, stock: 10 };
			expect((await clientOf(there).post("/products", tea)).status).toBe(201);
			visitor = await Visitor.come(browser, here);
			const id = await visitor.orderOne("Green tea");
			await visitor.go("/shop/orders");
			await visitor.sees("Live");
			const paid = await clientOf(there).post(`/orders/${id}/payment`, { cardNo: "4242424242424242" });
			expect(paid.status).toBe(200);
			await visitor.sees("Paid");
			await clientOf(there).post(`/orders/${id}/cancellation`, {});
			await visitor.sees("Refunded");
			await visitor.leave();
			expect(visitor.complaints).toEqual([]);
		});
	}),
);
