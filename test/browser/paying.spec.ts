import type { ServiceBroker } from "moleculer";
import type { Browser } from "playwright-core";
import { serviceFile } from "../../shop";
import { describeInBrowser } from "../support/browser/describe-in-browser";
import { Visitor } from "../support/browser/visitor";
import { baseUrl, clientOf } from "../support/http/http";
import { startShop } from "../support/world";

describeInBrowser("paying in the storefront", (launch) => {
	let broker: ServiceBroker;
	let browser: Browser;
	let visitor: Visitor;

	beforeAll(async () => {
		browser = await launch();
	});
	afterAll(() => browser.close());
	afterEach(async () => {
		await visitor.leave();
		await broker.stop();
		expect(visitor.complaints).toEqual([]);
	});

	async function open(env: Record<string, string> = {}): Promise<string> {
		broker = await startShop(env);
		visitor = await Visitor.come(browser, baseUrl(broker));
		return visitor.orderOne("Green tea");
	}
	const paymentsOf = async (orderId: string) =>
		(await clientOf(baseUrl(broker)).get(`/paymentLists?orderId=${orderId}`)).body.items as Array<{ status: string }>;

	it("with a declined card says why, and takes another one", async () => {
		const id = await open();
		await visitor.pay("insufficient");
		await visitor.sees(/There are not enough funds on this card/);
		await visitor.sees("Waiting for payment");
		await visitor.pay("accepted");
		await visitor.sees("Thank you, it is paid.");
		expect((await paymentsOf(id)).map(({ status }) => status)).toEqual(["approved", "declined"]);
	});

	it("captures once where the button is pressed twice", async () => {
		const id = await open({ PAYMENT_SIM_LATENCY_MS: "300" });
		await visitor.fillIn("accepted");
		const asked: string[] = [];
		visitor.page.on("request", (request) => asked.push(request.url()));
		await visitor.pressTwice(visitor.payButton);
		await visitor.sees("Thank you, it is paid.");
		expect(await paymentsOf(id)).toHaveLength(1);
		expect(asked.filter((url) => url.endsWith("/payment"))).toHaveLength(1);
	});

	it("points at what is wrong with a card, and sends none that is", async () => {
		await open();
		const { page, payButton } = visitor;
		const asked: string[] = [];
		page.on("request", (request) => asked.push(request.url()));
		await page.getByLabel("Card number").pressSequentially("4242424242424241");
		await page.getByLabel("Expires").pressSequentially("1320");
		await payButton.click();
		await visitor.sees("This is no card number: please look for a typing error.");
		await visitor.sees("Please fill this in.");
		expect(await page.evaluate("document.activeElement.name")).toBe("number");
		expect(await page.getByLabel("Card number").inputValue()).toBe("4242 4242 4242 4241");
		expect(await page.getByLabel("Card number").getAttribute("autocomplete")).toBe("cc-number");
		await page.getByLabel("Card number").fill("4242 4242 4242 4242");
		await page.getByLabel("Expires").fill("12/40");
		await page.getByLabel("Security code").fill("123");
		expect(asked.filter((url) => url.endsWith("/payment"))).toEqual([]);
		await payButton.click();
		await visitor.sees("Thank you, it is paid.");
		expect(await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")).not.toContain("4242");
	});

	it("while payment is stopped counts down, tries again with the same key, and pays once it is back", async () => {
		const id = await open();
		await broker.destroyService(broker.getLocalService("payment")!);
		const keys: Array<string | undefined> = [];
		visitor.page.on("request", (request) => {
			if (request.url().endsWith("/payment")) keys.push(request.headers()["idempotency-key"]);
		});
		await visitor.pay("accepted");
		await visitor.sees(/The shop is busy\. Trying again in \d+ s/);
		broker.loadService(serviceFile("payment"));
		await visitor.sees("Thank you, it is paid.");
		expect(keys.length).toBeGreaterThan(1);
		expect([new Set(keys).size, (await paymentsOf(id)).length]).toEqual([1, 1]);
	});

	it("waits no longer where the visitor says so, and pays later", async () => {
		await open();
		await broker.destroyService(broker.getLocalService("payment")!);
		await visitor.pay("accepted");
		await visitor.page.getByRole("button", { name: "Do not try again" }).click();
		broker.loadService(serviceFile("payment"));
		await broker.waitForServices("payment");
		await visitor.pay("accepted");
		await visitor.sees("Thank you, it is paid.");
	});

	it("whose outcome is not known settles before one's eyes, and is captured once", async () => {
		const id = await open({ PAYMENT_SIM_LOSE_ANSWER_RATE: "1", PAYMENT_TIMEOUT_MS: "300" });
		await visitor.pay("accepted");
		await visitor.sees(/The card company has not answered yet/);
		expect(await visitor.page.getByLabel("Card number").count()).toBe(0);
		await visitor.sees("Thank you, it is paid.");
		expect((await paymentsOf(id)).map(({ status }) => status)).toEqual(["approved"]);
	});
});
