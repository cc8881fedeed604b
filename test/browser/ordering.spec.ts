import type { ServiceBroker } from "moleculer";
import type { Browser, Route } from "playwright-core";
import { describeInBrowser } from "../support/browser/describe-in-browser";
import { Visitor } from "../support/browser/visitor";
import { baseUrl, clientOf } from "../support/http/http";
import { eventually, startShop } from "../support/world";

describeInBrowser("an order in the storefront", (launch) => {
	let broker: ServiceBroker;
	let browser: Browser;
	let visitor: Visitor;
	let shop: ReturnType<typeof clientOf>;

	beforeAll(async () => {
		[broker, browser] = await Promise.all([startShop({ ORDER_EXPIRES_AFTER_S: "5" }), launch()]);
		shop = clientOf(baseUrl(broker));
	});
	afterAll(() => Promise.all([broker.stop(), browser.close()]));
	beforeEach(async () => {
		visitor = await Visitor.come(browser, baseUrl(broker));
	});
	afterEach(async () => {
		await visitor.leave();
		expect(visitor.complaints).toEqual([]);
	});
	const fillBasket = async () => {
		await visitor.go("/");
		await visitor.addToBasket("Green tea");
		await visitor.go("/shop/basket");
	};
	const ordersOf = async (customerId: string) => (await shop.get(`/orders?customerId=${customerId}`)).body.items;

	it("is placed once where the button is pressed twice, and not again by the back button", async () => {
		const { page } = visitor;
		await fillBasket();
		await visitor.sees("₩18,000");
		await visitor.pressTwice(page.getByRole("button", { name: "Order", exact: true }));
		await page.waitForURL(/\/shop\/orders\/./);
		await page.goBack();
		await page.goForward();
		await page.reload();
		expect(await ordersOf(await visitor.customerId())).toHaveLength(1);
	});

	it("is placed once where the page is loaded again while it is on its way", async () => {
		const { page } = visitor;
		await fillBasket();
		const keys: Array<string | undefined> = [];
		let held: Route | undefined;
		await page.route("**/orders", async (route) => {
			keys.push(route.request().headers()["idempotency-key"]);
			if (held) return route.continue();
			held = route;
			// The shop has the order, and the page never hears of it.
			await route.fetch();
		});
		await page.getByRole("button", { name: "Order", exact: true }).click();
		const customerId = await visitor.customerId();
		await eventually(async () => (await ordersOf(customerId)).length === 1);
		await page.reload();
		await page.waitForURL(/\/shop\/orders\/./);
		await visitor.sees("Waiting for payment");
		expect([(await ordersOf(customerId)).length, keys.length, new Set(keys).size]).toEqual([1, 2, 1]);
	});

	it("is not sent again by itself where the visitor stopped it, and is placed once where the visitor orders again", async () => {
		const { page } = visitor;
		await fillBasket();
		const keys: Array<string | undefined> = [];
		await page.route("**/orders", async (route) => {
			keys.push(route.request().headers()["idempotency-key"]);
			return keys.length === 1 ? route.abort() : route.continue();
		});
		await page.getByRole("button", { name: "Order", exact: true }).click();
		await page.getByRole("button", { name: "Do not try again" }).click();
		await page.getByRole("link", { name: "Catalogue" }).click();
		await page.getByRole("link", { name: "Basket" }).click();
		await visitor.sees("₩18,000 each");
		await page.reload();
		await visitor.sees("₩18,000 each");
		expect(keys).toHaveLength(1);
		await page.getByRole("button", { name: "Order", exact: true }).click();
		await page.waitForURL(/\/shop\/orders\/./);
		expect([(await ordersOf(await visitor.customerId())).length, keys.length, new Set(keys).size]).toEqual([1, 2, 1]);
	});

	it("is placed once where the answer was a defect, and the visitor orders again", async () => {
		const { page } = visitor;
		await fillBasket();
		let answers = 0;
		await page.route("**/orders", async (route) => {
			if (answers++ > 0) return route.continue();
			// The shop has the order, and a proxy fails.
			await route.fetch();
			await route.fulfill({ status: 520, body: "" });
		});
		await page.getByRole("button", { name: "Order", exact: true }).click();
		await visitor.sees("Something went wrong.");
		await page.getByRole("button", { name: "Order", exact: true }).click();
		await page.waitForURL(/\/shop\/orders\/./);
		expect([(await ordersOf(await visitor.customerId())).length, answers]).toEqual([1, 2]);
	});

	it("whose answer comes after the visitor left the basket changes neither the place nor what was put in since", async () => {
		const { page } = visitor;
		await visitor.go("/");
		await visitor.addToBasket("Green tea");
		await page.getByRole("link", { name: "Basket" }).click();
		let held: Route | undefined;
		await page.route("**/orders", (route) => void (held = route));
		await page.getByRole("button", { name: "Order", exact: true }).click();
		await page.getByRole("link", { name: "Catalogue" }).click();
		await visitor.addToBasket("Green tea");
		await visitor.addToBasket("Tea bowl");
		await eventually(() => held !== undefined);
		await held!.continue();
		const kept = () => page.evaluate<string>("localStorage.getItem('funshop.basket')");
		await eventually(async () => !(await kept()).includes('"quantity":2'));
		expect(JSON.parse(await kept())).toEqual([
			{ productId: "green-tea", quantity: 1 },
			{ productId: "tea-bowl", quantity: 1 },
		]);
		expect(new URL(page.url()).pathname).toBe("/");
		expect(await ordersOf(await visitor.customerId())).toHaveLength(1);
	});

	it("of what somebody else has just bought names the product, and keeps the basket", async () => {
		const { page } = visitor;
		await visitor.go("/");
		await visitor.addToBasket("Moon jar");
		await visitor.addToBasket("Green tea");
		await visitor.go("/shop/basket");
		await page.getByRole("button", { name: "Order", exact: true }).waitFor();
		await visitor.sees("₩868,000");
		await shop.post("/orders", { customerId: "bob", items: [{ productId: "moon-jar", quantity: 1 }] });
		await eventually(async () => (await shop.get("/products/moon-jar")).body.stock === 0);
		await page.getByRole("button", { name: "Order", exact: true }).click();
		await visitor.sees(/There is not enough in stock/);
		const line = page.getByRole("listitem").filter({ hasText: "Moon jar" });
		await line.getByText("Sold out").waitFor();
		await line.getByRole("button", { name: "Remove Moon jar" }).click();
		expect(await visitor.order()).toBeTruthy();
	});

	it("that is not paid expires before one's eyes", async () => {
		await visitor.orderOne("Hanji notebook");
		await visitor.sees(/Expires in 0:0[1-5]/);
		await visitor.sees("Cancelled: it was not paid in time");
		await visitor.sees("Nothing was charged, so there is nothing to refund.");
	});
});
