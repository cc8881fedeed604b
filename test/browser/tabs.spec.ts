import type { ServiceBroker } from "moleculer";
import type { Browser } from "playwright-core";
import { describeInBrowser } from "../support/browser/describe-in-browser";
import { Visitor } from "../support/browser/visitor";
import { baseUrl } from "../support/http/http";
import { startShop } from "../support/world";

describeInBrowser("two tabs of one visitor", (launch) => {
	let broker: ServiceBroker;
	let browser: Browser;
	let visitor: Visitor;

	beforeAll(async () => {
		[broker, browser] = await Promise.all([startShop(), launch()]);
		visitor = await Visitor.come(browser, baseUrl(broker));
	});
	afterAll(async () => {
		await visitor.leave();
		await Promise.all([broker.stop(), browser.close()]);
		expect(visitor.complaints).toEqual([]);
	});

	it("have the same basket, language, orders and customer at each moment", async () => {
		const other = await visitor.openTab();
		await visitor.go("/");
		await visitor.go("/shop/basket", other);
		await visitor.addToBasket("Green tea");
		await visitor.sees("₩18,000", other);
		await other.getByRole("button", { name: "One more of Green tea" }).click();
		await visitor.sees("2 in your basket");

		await other.getByRole("button", { name: "한국어" }).click();
		await visitor.page.getByRole("heading", { name: "상품" }).waitFor();
		await other.getByRole("button", { name: "English" }).click();

		await visitor.go("/shop/orders", other);
		await visitor.order();
		await visitor.sees("Waiting for payment", other);
		await visitor.pay("accepted");
		await visitor.sees("Paid", other);

		await other.getByRole("button", { name: "Change" }).click();
		await other.getByLabel("Your customer id").fill("somebody.else");
		await other.getByRole("button", { name: "Use this id" }).click();
		await visitor.sees("There is no such order.");
		await visitor.sees("You have not ordered anything yet.", other);
	});
});
