import { join } from "node:path";
import type { Page } from "playwright-core";
import { en as console } from "../../../web/console/texts/en";
import { baseUrl, clientOf } from "../http/http";
import { eventually, startShop } from "../world";
import { launchChromium } from "./chromium";
import { findChromium } from "./find-chromium";
import { Visitor } from "./visitor";

const CARD = "4242424242424242";
const DECLINED = "4000000000000002";
const DOCS = join(__dirname, "..", "..", "..", "docs");

/** Takes the README's pictures of both pages, small enough for a repository. */
async function takePictures(): Promise<void> {
	const chromium = findChromium();
	if (!chromium) throw new Error("there is no Chromium on the path, nor named by CHROMIUM");
	const [broker, browser] = await Promise.all([startShop(), launchChromium(chromium)]);
	try {
		const visitor = await Visitor.come(browser, baseUrl(broker));
		await visitor.go("/");
		await visitor.addToBasket("Tea bowl");
		await visitor.addToBasket("Green tea");
		await take(visitor.page, "storefront.png");
		await visitor.order();
		await visitor.pay("declined");
		await visitor.sees(visitor.texts.payment.status.declined);
		await visitor.fillIn("accepted");
		await visitor.sees(visitor.texts.messages["order.placed"]!("", "").slice(0, 9));
		await take(visitor.page, "order.png");
		for (const card of [CARD, CARD, DECLINED, CARD]) await buy(baseUrl(broker), card);
		await visitor.go("/operator");
		await visitor.sees(console.selling.series.paid);
		await eventually(async () => (await visitor.page.locator(".tile.paid b").textContent()) !== "0", 20_000);
		await take(visitor.page, "operator.png");
	} finally {
		await browser.close();
		await broker.stop();
	}
}

async function buy(url: string, cardNo: string): Promise<void> {
	const { post } = clientOf(url);
	const items = [{ productId: "citron-tea", quantity: 1 }];
	const { id } = (await post("/orders", { customerId: "alice", items })).body;
	await post(`/orders/${id}/payment`, { cardNo });
}

async function take(page: Page, file: string): Promise<void> {
	await page.mouse.move(0, 0);
	await page.evaluate("document.activeElement.blur()");
	await page.screenshot({ path: join(DOCS, file) });
	process.stdout.write(`docs/${file}\n`);
}

takePictures().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
});
