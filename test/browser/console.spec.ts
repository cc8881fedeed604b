import { source as axe } from "axe-core";
import type { ServiceBroker } from "moleculer";
import type { Browser, Route } from "playwright-core";
import { shopOf } from "../../service-context";
import type { OrderState } from "../../services/order/order.rules";
import type { Saved } from "../../shared/aggregates/aggregate";
import type { StoreAdapter } from "../../shared/store/moleculer-db-adapter";
import { en } from "../../web/console/texts/en";
import { describeInBrowser } from "../support/browser/describe-in-browser";
import { type Eyes, Visitor } from "../support/browser/visitor";
import { anEvent } from "../support/events/builders";
import { baseUrl, clientOf } from "../support/http/http";
import { givingUpAtOnce } from "../support/events/giving-up";
import { eventually, startShop } from "../support/world";

const CARD = "4242424242424242";
const TOKEN = "correct-horse-battery-staple";

describeInBrowser("the operator's console", (launch) => {
	let browser: Browser;
	let broker: ServiceBroker;
	let client: ReturnType<typeof clientOf>;
	let operator: Visitor;

	async function start(env: Record<string, string> = {}): Promise<void> {
		broker = await startShop(env, givingUpAtOnce);
		client = clientOf(baseUrl(broker));
	}
	async function buy(): Promise<string> {
		const items = [{ productId: "green-tea", quantity: 1 }];
		const { id } = (await client.post("/orders", { customerId: "alice", items })).body;
		await client.post(`/orders/${id}/payment`, { cardNo: CARD });
		return id;
	}
	/** Publishes an event that no service can handle. */
	async function poison(): Promise<void> {
		const { bus } = shopOf(broker);
		await bus.publish([anEvent("order.placed", "odd", 1, { orderId: "odd" })]);
		await eventually(async () => (await bus.deadLetters.list("cart")).length > 0);
	}
	const come = async (eyes?: Eyes) => (operator = await Visitor.come(browser, baseUrl(broker), eyes));
	const press = (name: string, exact = true) => operator.page.getByRole("button", { name, exact }).first().click();
	/** Presses a button of the dialog that asks once. */
	async function agree(name: string): Promise<void> {
		await operator.page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
		await operator.page.getByRole("dialog").waitFor({ state: "hidden" });
	}

	beforeAll(async () => {
		browser = await launch();
	});
	afterAll(() => browser.close());
	afterEach(async () => {
		await operator.leave();
		await broker.stop();
		expect(operator.complaints).toEqual([]);
	});

	const EYES: Eyes[] = [
		{ colours: "light", width: 1_280, language: "en" },
		{ colours: "dark", width: 320, language: "ko" },
	];
	it.each(EYES)(
		"has nothing serious that axe finds, and fits the screen: $colours, $width px, $language",
		async (eyes) => {
			await start();
			const id = await buy();
			await poison();
			await come(eyes);
			const { page } = operator;
			const places = [
				"",
				"orders?search=alice",
				`orders/${id}`,
				"dead-letters",
				"audits",
				"faults",
				"products",
				"processes",
				"trail",
			];
			for (const place of places) {
				await operator.go(`/operator${place === "" ? "" : `/${place}`}`);
				await page.locator("table, .story, .panel, .notice").first().waitFor();
				await page.evaluate(axe);
				const { violations } = await page.evaluate<any>("axe.run()");
				const found = violations.flatMap(({ id: rule, nodes }: any) =>
					nodes.map(({ html }: any) => `${rule}: ${html}`),
				);
				expect([place, found]).toEqual([place, []]);
				expect([place, await page.evaluate("document.documentElement.scrollWidth <= innerWidth")]).toEqual([
					place,
					true,
				]);
			}
		},
	);

	it("says that a service gave an event up, shows why, replays it in vain, and drops it; the trail has all of that", async () => {
		await start();
		await poison();
		await come();
		const { page } = operator;
		await operator.go("/operator");
		await operator.sees(/gave up on events/);
		await page.getByRole("link", { name: en.look.go }).first().click();
		const row = page.getByRole("row").filter({ hasText: "cart" });
		await row.getByRole("link", { name: "order.placed" }).click();
		await operator.sees(/customerId/);
		await operator.sees(/"subject": "odd"/);
		const given = (await shopOf(broker).bus.deadLetters.list("cart"))[0]!.at;
		await press(en.deadLetters.replay);
		await agree(en.deadLetters.replay);
		// The service fails again, because nothing was mended.
		await eventually(async () => ((await shopOf(broker).bus.deadLetters.list("cart"))[0]?.at ?? given) > given);
		await operator.go(`/operator/dead-letter?service=cart&eventId=${encodeURIComponent("order/odd/1")}`);
		await press(en.deadLetters.drop);
		await agree(en.deadLetters.drop);
		await operator.sees(en.deadLetters.gone);
		await page.getByRole("link", { name: en.nav.trail }).click();
		await operator.sees(/replayDeadLetter/);
		await operator.sees(/dropDeadLetter/);
	});

	it("replays an event that a service could not store, and it is handled and gone", async () => {
		await start();
		const { adapter } = broker.getLocalService("cart") as unknown as { adapter: StoreAdapter };
		const save = jest.spyOn(adapter.collection("entries"), "save").mockRejectedValue(new Error("the disk is on fire"));
		const items = [{ productId: "green-tea", quantity: 1 }];
		await client.post("/orders", { customerId: "alice", items });
		await eventually(async () => (await shopOf(broker).bus.deadLetters.list("cart")).length === 1);
		save.mockRestore();
		await come();
		await operator.go("/operator/dead-letters");
		await operator.page.getByRole("link", { name: "order.placed" }).click();
		await operator.sees(/the disk is on fire/);
		await press(en.deadLetters.replay);
		await agree(en.deadLetters.replay);
		await operator.sees(en.deadLetters.gone);
		await eventually(async () => (await client.get("/carts/alice")).body.count === 1);
		expect(await shopOf(broker).bus.deadLetters.list()).toEqual([]);
	});

	it("opens the circuit breaker before one's eyes, and closes it once the processor is well again", async () => {
		await start({ PAYMENT_TIMEOUT_MS: "500" });
		await come();
		const { page } = operator;
		await operator.go("/operator/faults");
		await page.getByLabel(en.faults.failRate).fill("100");
		await press(en.faults.set);
		await agree(en.faults.set);
		await page.getByRole("link", { name: en.nav.look, exact: true }).click();
		await Promise.all(Array.from({ length: 12 }, () => buy()));
		const state = page.getByRole("row").filter({ hasText: "payment.charge" });
		await state.getByText(en.parts.breaker.open, { exact: true }).waitFor();
		await operator.sees(/The circuit breaker is open/);
		await page.getByRole("link", { name: en.nav.faults, exact: true }).click();
		await press(en.faults.end);
		await agree(en.faults.end);
		await page.getByRole("link", { name: en.nav.look, exact: true }).click();
		await eventually(async () => {
			const { body } = await client.get(`/orders/${await buy()}`);
			return body.status === "completed";
		}, 40_000);
		await state.getByText(en.parts.breaker.closed, { exact: true }).waitFor();
	});

	it("finds an order, tells its story, and shows what an audit finds wrong with it", async () => {
		await start();
		const id = await buy();
		await come();
		const { page } = operator;
		await operator.go("/operator/orders");
		await page.getByLabel(en.orders.label).fill(id);
		await press(en.orders.button);
		await page.getByRole("link", { name: id }).click();
		await operator.sees(/The processor captured ₩18,000/);
		await operator.sees(en.story.command.pay);
		await operator.sees("order.completed");

		const { adapter } = broker.getLocalService("order") as unknown as { adapter: StoreAdapter };
		const orders = adapter.collection<Saved<OrderState>>("orders");
		const order = (await orders.load(id))!;
		await orders.save({ ...order, total: { amount: 1, currency: "KRW" } }, order);
		await page.getByRole("link", { name: en.nav.audits, exact: true }).click();
		await page.getByLabel(en.audits.wait).fill("1");
		await press(en.audits.run);
		await agree(en.audits.run);
		const first = page.getByRole("row").nth(1);
		await first.getByText(/difference/).waitFor();
		await first.getByRole("link").click();
		await operator.sees(/the payment processor captured 18000/);
		await page
			.getByRole("link", { name: `order ${id}` })
			.first()
			.click();
		await operator.sees(en.story.timeline);
	});

	it("changes a product's stock after it has asked once, and does nothing where the operator goes back", async () => {
		await start();
		await come();
		const { page } = operator;
		await operator.go("/operator/products");
		await press(en.products.changeNamed("Rice cooker"));
		await page.getByLabel(en.products.stock, { exact: true }).fill("77");
		await press(en.products.change);
		await page.getByRole("dialog").getByRole("button", { name: en.dialog.back }).click();
		expect((await client.get("/products/rice-cooker")).body.stock).toBe(8);
		await page.locator("form button[type=submit]").click();
		await agree(en.products.change);
		expect((await client.get("/products/rice-cooker")).body.stock).toBe(77);
	});

	it("changes of a product only what the operator has changed, and keeps the stock that orders have changed meanwhile", async () => {
		await start();
		await come();
		const { page } = operator;
		const cooker = async () => (await client.get("/products/rice-cooker")).body;
		await operator.go("/operator/products");
		await press(en.products.changeNamed("Rice cooker"));
		await page.getByLabel(en.products.description).fill("For six.\nQuiet.");
		await page.locator("form button[type=submit]").click();
		await agree(en.products.change);
		expect(await cooker()).toMatchObject({ description: "For six.\nQuiet.", stock: 8 });
		await page.getByRole("heading", { name: en.products.add }).waitFor();
		await press(en.products.changeNamed("Rice cooker"));
		await client.post("/orders", { customerId: "alice", items: [{ productId: "rice-cooker", quantity: 1 }] });
		await page.getByLabel(en.products.name, { exact: true }).fill("Rice pot");
		await page.locator("form button[type=submit]").click();
		await agree(en.products.change);
		expect(await cooker()).toMatchObject({ name: "Rice pot", description: "For six.\nQuiet.", stock: 7 });
	});

	it("keeps its question open until it is answered, so that a refusal is heard", async () => {
		await start();
		await come();
		const { page } = operator;
		await operator.go("/operator/products");
		let held: Route | undefined;
		await page.route("**/operator/api/samples", (route) => void (held = route));
		await press(en.products.samples);
		const dialog = page.getByRole("dialog");
		await dialog.getByRole("button", { name: en.products.samples }).click();
		await dialog.getByText(en.dialog.working).waitFor();
		await page.keyboard.press("Escape");
		await page.keyboard.press("Escape");
		expect(await dialog.getByRole("button", { name: en.dialog.back }).isEnabled()).toBe(false);
		await eventually(() => held !== undefined);
		await held!.fulfill({ status: 503, body: "" });
		await dialog.getByText(en.away.title).waitFor();
		await page.keyboard.press("Escape");
		await dialog.waitFor({ state: "hidden" });
	});

	it("asks for the token where one is set, refuses a wrong one, and keeps the right one until the tab is closed", async () => {
		await start({ OPERATOR_TOKEN: TOKEN });
		await come();
		const { page } = operator;
		await operator.go("/operator");
		await operator.sees(en.token.explain);
		await page.getByLabel(en.token.label, { exact: true }).fill("wrong-horse-battery-staple");
		await press(en.token.button);
		await operator.sees(en.token.wrong);
		await page.getByLabel(en.token.label, { exact: true }).fill(TOKEN);
		await press(en.token.button);
		await operator.sees(en.parts.title);
		await page.reload();
		await operator.sees(en.parts.title);
		expect(page.url()).not.toContain(TOKEN);
		expect(await page.evaluate("JSON.stringify(localStorage)")).not.toContain(TOKEN);
	});

	it("says that the shop is away, and goes on by itself", async () => {
		await start();
		await come();
		const { page } = operator;
		await operator.go("/operator");
		await operator.sees(en.parts.title);
		await page.context().setOffline(true);
		await operator.sees(en.away.title);
		await page.context().setOffline(false);
		await page.getByText(en.away.title).waitFor({ state: "hidden" });
	});
});
