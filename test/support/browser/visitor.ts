import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { en, type Texts } from "../../../web/storefront/texts/en";
import { ko } from "../../../web/storefront/texts/ko";

export interface Eyes {
	language?: "en" | "ko";
	/** In CSS pixels. */
	width?: number;
	colours?: "light" | "dark";
}

/** What browsers print of an answer that is an error, or of a shop that is away; the page shows it in its own words. */
const EXPECTED = /^Failed to load resource: |^WebSocket|net::ERR_CONNECTION|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE/;

/** A visitor of the storefront: a browser of its own, with its language, its screen, and what it keeps. */
export class Visitor {
	/** Requests to another origin, policy violations, and errors of scripts, in any of the visitor's tabs. */
	readonly complaints: string[] = [];
	readonly texts: Texts;

	private constructor(
		private readonly context: BrowserContext,
		readonly page: Page,
		private readonly base: string,
		language: "en" | "ko",
	) {
		this.texts = { en, ko }[language];
		this.watch(page);
	}

	static async come(
		browser: Browser,
		base: string,
		{ language = "en", width = 1_200, colours }: Eyes = {},
	): Promise<Visitor> {
		const context = await browser.newContext({
			locale: { en: "en-US", ko: "ko-KR" }[language],
			viewport: { width, height: 800 },
			colorScheme: colours ?? "light",
			reducedMotion: "reduce",
		});
		context.setDefaultTimeout(20_000);
		return new Visitor(context, await context.newPage(), base, language);
	}

	async openTab(): Promise<Page> {
		const page = await this.context.newPage();
		this.watch(page);
		return page;
	}

	leave(): Promise<void> {
		return this.context.close();
	}

	async go(path: string, page = this.page): Promise<void> {
		await page.goto(this.base + path);
		await page.getByRole("main").waitFor();
	}

	async addToBasket(name: string): Promise<void> {
		await this.page.getByRole("button", { name: this.texts.product.addNamed(name) }).click();
	}

	/** Orders what is in the basket. Resolves with the order's id, once its page is shown. */
	async order(): Promise<string> {
		await this.page.getByRole("banner").getByRole("link", { name: this.texts.nav.basket }).click();
		await this.page.getByRole("button", { name: this.texts.basket.order, exact: true }).click();
		await this.page.waitForURL(/\/shop\/orders\/./);
		return this.page.url().split("/").pop()!;
	}

	/** Orders one of a product, from the catalogue on. */
	async orderOne(name: string): Promise<string> {
		await this.go("/");
		await this.addToBasket(name);
		return this.order();
	}

	async fillIn(card: keyof Texts["payment"]["testCards"]): Promise<void> {
		await this.page.getByRole("button", { name: this.texts.payment.testCards[card] }).click();
	}

	/** Presses a button twice before the page can do anything in between. */
	async pressTwice(button: Locator): Promise<void> {
		await button.evaluate<void, any>((element) => {
			element.click();
			element.click();
		});
	}

	/** The button that pays. */
	get payButton() {
		return this.page.locator("form button[type=submit]").first();
	}

	async pay(card: keyof Texts["payment"]["testCards"]): Promise<void> {
		await this.fillIn(card);
		await this.payButton.click();
	}

	async cancel(reason: string): Promise<void> {
		const { title, reason: label, button } = this.texts.cancel;
		await this.page.getByText(title, { exact: true }).click();
		await this.page.getByLabel(label).fill(reason);
		await this.page.getByRole("button", { name: button }).click();
	}

	/** Resolves once a text is shown. */
	async sees(text: string | RegExp, page = this.page): Promise<void> {
		await page.getByText(text).locator("visible=true").first().waitFor();
	}

	/** The id by which the shop knows the visitor. */
	async customerId(): Promise<string> {
		return JSON.parse(await this.page.evaluate<string>("localStorage.getItem('funshop.customer')")) as string;
	}

	private watch(page: Page): void {
		const complain = (text: string) => this.complaints.push(text);
		page.on("request", (request) => {
			const url = request.url();
			if (!url.startsWith(`${this.base}/`) && !url.startsWith("data:")) complain(`asked for ${url}`);
		});
		page.on("pageerror", ({ message }) => complain(`failed: ${message}`));
		page.on("console", (message) => {
			if (message.type() === "error" && !EXPECTED.test(message.text())) complain(message.text());
		});
	}
}
