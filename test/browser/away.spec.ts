import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Route } from "playwright-core";
import { describeInBrowser } from "../support/browser/describe-in-browser";
import { Visitor } from "../support/browser/visitor";
import { ended, freePort, type RunningShop, startShopProcess } from "../support/cluster/processes";
import { clientOf } from "../support/http/http";
import { eventually } from "../support/world";

describeInBrowser("a storefront that is open while its shop goes away", (launch) => {
	const folder = mkdtempSync(join(tmpdir(), "funshop-browser-"));
	let browser: Browser;
	let visitor: Visitor;
	let port: number;
	let shop: RunningShop;

	const start = async () => {
		shop = await startShopProcess({ DATA_DIR: folder, PORT: String(port) });
	};
	const kill = async () => {
		shop.process.kill("SIGKILL");
		await ended(shop.process);
	};

	beforeAll(async () => {
		port = await freePort();
		browser = await launch();
	});
	beforeEach(async () => {
		await start();
		visitor = await Visitor.come(browser, shop.url);
	});
	afterEach(async () => {
		await visitor.leave();
		await kill();
		expect(visitor.complaints).toEqual([]);
	});
	afterAll(async () => {
		await browser.close();
		rmSync(folder, { recursive: true });
	});

	it("says so, connects again, and shows what has happened meanwhile", async () => {
		const id = await visitor.orderOne("Green tea");
		await visitor.go("/shop/orders");
		await visitor.sees("Live");
		await kill();
		await visitor.sees("The shop cannot be reached right now.");
		await visitor.sees(/Your basket is safe in this browser/);
		await start();
		expect((await clientOf(shop.url).post(`/orders/${id}/payment`, { cardNo: "4242424242424242" })).status).toBe(200);
		await visitor.sees("The shop is back. This is how things stand now.");
		await visitor.sees("Paid");
		await visitor.sees("No order waits for payment.");
		await visitor.sees("Live");
	});

	it("says so in the catalogue, keeps the basket, and goes on by itself", async () => {
		await visitor.go("/");
		await visitor.addToBasket("Green tea");
		await kill();
		await visitor.page.getByRole("searchbox").fill("jar");
		await visitor.sees("The shop cannot be reached right now.");
		await start();
		const cards = visitor.page.getByRole("list", { name: "Catalogue" }).getByRole("listitem");
		await eventually(async () => (await cards.count()) === 1, 20_000);
		expect(await visitor.page.getByText("The shop cannot be reached right now.").count()).toBe(0);
		expect(await visitor.order()).toBeTruthy();
	});

	it("says nothing of a page that was left before the shop had answered", async () => {
		const { page } = visitor;
		let held: Route | undefined;
		await page.route("**/mypages/*/events", (route) => route.abort());
		await page.route("**/mypages/*", (route) => void (held = route));
		await visitor.go("/shop/orders");
		await eventually(() => held !== undefined);
		await page.getByRole("link", { name: "Catalogue" }).click();
		await visitor.sees("Green tea");
		const failed = page.waitForEvent("requestfailed");
		await held!.abort();
		await failed;
		// The page has drawn what it makes of that.
		await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
		expect(await page.getByText("The shop cannot be reached right now.").count()).toBe(0);
	});

	it("says in the basket that a product cannot be looked up, and looks again", async () => {
		const { page } = visitor;
		await visitor.go("/");
		await visitor.addToBasket("Green tea");
		let looks = 0;
		await page.route("**/products/*", (route) =>
			looks++ === 0 ? route.fulfill({ status: 503, headers: { "Retry-After": "1" }, body: "" }) : route.continue(),
		);
		await page.getByRole("link", { name: "Basket" }).click();
		await visitor.sees("The shop cannot be reached right now.");
		expect(await page.getByRole("button", { name: "Order", exact: true }).isEnabled()).toBe(false);
		await visitor.sees("₩18,000 each");
		expect(await page.getByText("The shop cannot be reached right now.").count()).toBe(0);
		expect(await page.getByRole("button", { name: "Order", exact: true }).isEnabled()).toBe(true);
	});

	it("sends an order that met no shop again, and it is placed once", async () => {
		await visitor.go("/");
		await visitor.addToBasket("Green tea");
		await visitor.go("/shop/basket");
		await visitor.sees("₩18,000");
		await kill();
		await visitor.page.getByRole("button", { name: "Order", exact: true }).click();
		await visitor.sees(/The shop cannot be reached\. Trying again in \d+ s/);
		await start();
		await visitor.page.waitForURL(/\/shop\/orders\/./, { timeout: 20_000 });
		const { body } = await clientOf(shop.url).get(`/orders?customerId=${await visitor.customerId()}`);
		expect(body.items).toHaveLength(1);
	});
});
