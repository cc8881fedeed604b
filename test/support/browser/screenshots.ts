import { join } from "node:path";
import type { Page } from "playwright-core";
import { baseUrl } from "../http/http";
import { startShop } from "../world";
import { findChromium, launchChromium } from "./chromium";
import { Visitor } from "./visitor";

const DOCS = join(__dirname, "..", "..", "..", "docs");

/** Takes the README's pictures of the storefront, small enough for a repository. */
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
	} finally {
		await browser.close();
		await broker.stop();
	}
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
