import type { ServiceBroker } from "moleculer";
import type { Browser } from "playwright-core";
import { describeInBrowser } from "../support/browser/describe-in-browser";
import { Visitor } from "../support/browser/visitor";
import { baseUrl, clientOf } from "../support/http/http";
import { eventually, startShop } from "../support/world";

describeInBrowser("a visitor of the storefront", (launch) => {
	let broker: ServiceBroker;
	let browser: Browser;
	let visitor: Visitor;

	beforeAll(async () => {
		[broker, browser] = await Promise.all([startShop(), launch()]);
	});
	afterAll(() => Promise.all([broker.stop(), browser.close()]));
	afterEach(async () => {
		await visitor.leave();
		expect(visitor.complaints).toEqual([]);
	});

	it.each([
		["en", 1_200],
		["ko", 320],
	] as const)("orders, pays, changes the mind and has the money back (%s, %i px wide)", async (language, width) => {
		visitor = await Visitor.come(browser, baseUrl(broker), { language, width });
		const { page, texts } = visitor;
		await visitor.go("/");
		expect(await page.locator("html").getAttribute("lang")).toBe(language);
		await visitor.addToBasket("Green tea");
		await visitor.addToBasket("Green tea");
		await visitor.addToBasket("Hanji notebook");
		const id = await visitor.order();
		await visitor.sees(texts.status.placed);
		await visitor.sees("₩45,800");
		await visitor.sees(new RegExp(texts.order.expiresIn("(29:\\d\\d|30:00)").replaceAll("$", "\\$")));

		await page.getByRole("link", { name: texts.nav.myPage, exact: true }).click();
		await page
			.getByRole("region", { name: texts.myPage.cart })
			.getByRole("link", { name: new RegExp(texts.order.pay) })
			.click();
		await visitor.pay("accepted");
		await visitor.sees(texts.payment.paid);
		await visitor.sees(texts.events["payment.approved"]!);
		await visitor.cancel("changed my mind");
		await visitor.sees(texts.cancel.by.customer);
		await visitor.sees(texts.cancel.because("changed my mind"));
		await visitor.sees(texts.cancel.refund.refunded("₩45,800"));
		await visitor.sees(texts.events["payment.refunded"]!);

		await page.getByRole("link", { name: texts.nav.myPage, exact: true }).click();
		const messages = page.getByRole("region", { name: texts.myPage.messages });
		await messages.getByText(texts.messages["payment.refunded"]!(id.slice(-8).toUpperCase(), "₩45,800")).waitFor();
		await visitor.sees(texts.status.refunded);
		expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
	});

	it("reads the page in the other language, also after a reload", async () => {
		visitor = await Visitor.come(browser, baseUrl(broker));
		const { page } = visitor;
		await visitor.go("/shop/basket");
		await visitor.sees("Your basket is empty.");
		await page.getByRole("button", { name: "한국어" }).click();
		await visitor.sees("바구니가 비어 있습니다.");
		await page.reload();
		await visitor.sees("바구니가 비어 있습니다.");
		expect([await page.title(), await page.locator("html").getAttribute("lang")]).toEqual(["바구니 · Funshop", "ko"]);
	});

	it("finds products while typing, and the last word typed wins", async () => {
		visitor = await Visitor.come(browser, baseUrl(broker));
		const { page } = visitor;
		await visitor.go("/");
		const cards = page.getByRole("list", { name: "Catalogue" }).getByRole("listitem");
		await cards.nth(7).waitFor();
		// The answer to the first word comes after that to the second.
		await page.route(/search=te(&|$)/, async (route) => {
			await new Promise((resolve) => setTimeout(resolve, 500));
			await route.continue().catch(() => undefined);
		});
		const field = page.getByRole("searchbox");
		await field.fill("te");
		await page.waitForRequest(/search=te(&|$)/);
		await field.fill("JAR moon");
		await cards.filter({ hasText: "Moon jar" }).waitFor();
		await eventually(async () => (await cards.count()) === 1);
		await page.waitForTimeout(600);
		expect(await cards.allTextContents()).toEqual([expect.stringContaining("Moon jar")]);
		await page.reload();
		await cards.filter({ hasText: "Moon jar" }).waitFor();
		await field.fill("zebra");
		await visitor.sees("Nothing is called “zebra”.");
	});

	it("comes back to a product, an order and my page by their links", async () => {
		visitor = await Visitor.come(browser, baseUrl(broker));
		const { page } = visitor;
		await visitor.go("/shop/products/moon-jar");
		await page.getByRole("heading", { name: "Moon jar" }).waitFor();
		expect(
			await page.getByRole("img", { name: "Moon jar" }).evaluate<number, any>((image) => image.naturalWidth),
		).toBeGreaterThan(0);
		const id = await visitor.orderOne("Green tea");
		await page.reload();
		await visitor.sees("Waiting for payment");
		await page.getByRole("link", { name: "Back to my page" }).click();
		await page.goBack();
		await visitor.sees("Waiting for payment");
		expect(page.url()).toContain(id);
		// The page has asked the same URL for JSON meanwhile.
		await visitor.go("/");
		await page.goto("about:blank");
		await page.goBack();
		await page.getByRole("heading", { name: "Catalogue" }).waitFor();
		await visitor.go("/shop/orders/of-somebody-else");
		await visitor.sees("There is no such order.");
	});

	it("leafs through the history page by page, and sees every order once", async () => {
		const customerId = "old-customer";
		const shop = clientOf(baseUrl(broker));
		const order = { customerId, items: [{ productId: "hanji-notebook", quantity: 1 }] };
		const ids: string[] = [];
		for (let count = 0; count < 25; count++) ids.push((await shop.post("/orders", order)).body.id);
		for (const id of ids) await shop.post(`/orders/${id}/cancellation`, {});
		visitor = await Visitor.come(browser, baseUrl(broker));
		const { page } = visitor;
		await visitor.go("/shop/orders");
		const orders = page.getByRole("region", { name: "Your orders" }).getByRole("listitem");
		await page.getByRole("button", { name: "Change" }).click();
		await page.getByLabel("Your customer id").fill(customerId);
		await page.getByRole("button", { name: "Use this id" }).click();
		await eventually(async () => (await orders.count()) === 20);
		await page.getByRole("button", { name: "Older orders" }).click();
		await eventually(async () => (await orders.count()) === 25);
		expect(await page.getByRole("button", { name: "Older orders" }).count()).toBe(0);
	});
});
