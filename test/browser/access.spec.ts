import { source as axe } from "axe-core";
import type { ServiceBroker } from "moleculer";
import type { Browser } from "playwright-core";
import { describeInBrowser } from "../support/browser/describe-in-browser";
import { type Eyes, Visitor } from "../support/browser/visitor";
import { baseUrl } from "../support/http/http";
import { startShop } from "../support/world";

describeInBrowser("the storefront for everybody", (launch) => {
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

	/** What axe finds on the page as it is now, of any weight. */
	async function findings(): Promise<string[]> {
		await visitor.page.evaluate(axe);
		const { violations } = await visitor.page.evaluate<any>("axe.run()");
		return violations.flatMap(({ id, impact, nodes }: any) => nodes.map(({ html }: any) => `${impact} ${id}: ${html}`));
	}

	const EYES: Eyes[] = [
		{ colours: "light", width: 1_200, language: "en" },
		{ colours: "dark", width: 1_200, language: "ko" },
		{ colours: "light", width: 320, language: "ko" },
		{ colours: "dark", width: 320, language: "en" },
	];

	it.each(EYES)(
		"has nothing that axe finds, and fits the screen: $colours, $width px, $language",
		async (eyes) => {
			visitor = await Visitor.come(browser, baseUrl(broker), eyes);
			const { page, texts } = visitor;
			const look = async (place: string) => {
				expect([place, await findings()]).toEqual([place, []]);
				expect([place, await page.evaluate("document.documentElement.scrollWidth <= innerWidth")]).toEqual([
					place,
					true,
				]);
			};
			await visitor.go("/");
			await visitor.addToBasket("Brass spoon set");
			await look("catalogue");
			await visitor.go("/shop/products/rice-cooker");
			await page.getByRole("heading", { name: "Rice cooker" }).waitFor();
			await look("product");
			await visitor.go("/shop/basket");
			await visitor.sees("₩68,000");
			await look("basket");
			await visitor.order();
			await page.getByText(texts.cancel.title, { exact: true }).click();
			await visitor.pay("declined");
			await visitor.sees(texts.problems.CARD_DECLINED!);
			await visitor.sees(texts.payment.status.declined);
			await look("order that waits for payment");
			await visitor.go("/shop/orders");
			await visitor.sees(texts.myPage.live);
			await visitor.sees(texts.status.placed);
			await page.getByRole("button", { name: texts.customer.change }).click();
			await look("my page");
		},
		60_000,
	);

	it("is used by keyboard alone, and focus is seen and moves along", async () => {
		visitor = await Visitor.come(browser, baseUrl(broker));
		const { page } = visitor;
		await visitor.go("/");
		await page.getByRole("button", { name: "Add to basket: Green tea" }).waitFor();
		const focused = () =>
			page.evaluate<string>(
				"(document.activeElement.labels?.[0] ?? document.activeElement).getAttribute('aria-label') ?? (document.activeElement.labels?.[0] ?? document.activeElement).textContent",
			);
		/** Presses Tab until an element with this name has the focus. */
		const tabTo = async (name: string | RegExp) => {
			for (let presses = 0; presses < 80; presses++) {
				await page.keyboard.press("Tab");
				const now = (await focused()).trim();
				if (typeof name === "string" ? now === name : name.test(now)) {
					const outline = await page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle");
					expect([now, outline]).toEqual([now, "solid"]);
					return;
				}
			}
			throw new Error(`Tab never reaches ${name}`);
		};
		await page.keyboard.press("Tab");
		expect(await focused()).toBe("Skip to the content");
		await tabTo("Add to basket: Green tea");
		await page.keyboard.press("Enter");
		await visitor.sees("1 in your basket");
		await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)");
		await page.reload();
		await tabTo(/^Basket\s*1\s*item$/);
		await page.keyboard.press("Enter");
		await page.getByRole("heading", { name: "Basket" }).waitFor();
		expect(await focused()).toBe("Basket");
		await visitor.sees("₩18,000");
		await tabTo("One more of Green tea");
		await page.keyboard.press("Space");
		await visitor.sees("₩36,000");
		await tabTo("Order");
		await page.keyboard.press("Enter");
		await page.getByRole("heading", { name: /^Order / }).waitFor();
		expect(await focused()).toMatch(/^Order /);
		await tabTo("Card number");
		await page.keyboard.type("4242424242424242");
		await page.keyboard.press("Tab");
		await page.keyboard.type("1240");
		await page.keyboard.press("Tab");
		await page.keyboard.type("123");
		await page.keyboard.press("Enter");
		await visitor.sees("Thank you, it is paid.");
		await tabTo("Cancel the order");
		await page.keyboard.press("Enter");
		await tabTo("Reason (if you like)");
		await page.keyboard.type("by keyboard");
		await tabTo("Cancel this order");
		await page.keyboard.press("Enter");
		await visitor.sees("Reason: by keyboard");
	});
});
