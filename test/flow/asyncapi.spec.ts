import { schemasWithoutId } from "@asyncapi/specs";
import addFormats from "ajv-formats";
import Ajv from "ajv";
import type { ServiceBroker } from "moleculer";
import { EVENT_CATALOG } from "../../services/event-catalog";
import { asyncApiOf } from "../../services/api/documents/asyncapi";
import type { CloudEvent } from "../../shared/events/event";
import { messagesOf } from "../support/http/asyncapi";
import { baseUrl, request } from "../support/http/http";
import { eventually, startShop } from "../support/world";
import { shopOf } from "../../service-context";

describe("the AsyncAPI document", () => {
	let broker: ServiceBroker;
	let document: any;

	beforeAll(async () => {
		broker = await startShop({ NAMESPACE: "shop-1" });
		document = (await get(broker, "/asyncapi.json")).body;
	});
	afterAll(() => broker.stop());

	it("is valid AsyncAPI 3.0", () => {
		const ajv = addFormats(new Ajv({ strict: false, allErrors: true, formats: { "uri-template": true } }));
		const validate = ajv.compile(schemasWithoutId["3.0.0"] as object);
		validate(document);
		expect(validate.errors).toBeNull();
		expect(validate({ ...document, channels: { "order.placed": { adress: "" } } })).toBe(false);
	});

	it("describes every event, with its subject in this namespace and its publisher", () => {
		expect(Object.keys(document.channels).sort()).toEqual(Object.keys(EVENT_CATALOG).sort());
		expect(Object.keys(document.components.messages).sort()).toEqual(Object.keys(EVENT_CATALOG).sort());
		expect(document.operations["publish.stock.reserved"].summary).toBe("product publishes stock.reserved");
		expect(document.channels["order.placed"].address).toBe("shop-1.order.placed");
		expect(document.info.description).toContain("FUNSHOP-shop-1");
		expect(asyncApiOf(EVENT_CATALOG, "").channels["order.placed"]!.address).toBe("funshop.order.placed");
	});

	it("has a target for each of its references", () => {
		const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
		expect(references.length).toBeGreaterThan(0);
		for (const path of references) {
			expect(path.split("/").reduce((at, key) => at?.[key], document)).toBeDefined();
		}
	});

	it("describes each event as it is published, for orders that are paid, declined, cancelled, refunded, or paid late", async () => {
		const published = [...(await aDayIn(broker)), ...(await withSlowProcessor(aLatePayment))];
		const { problemsOf } = messagesOf(document);
		for (const event of published)
			expect([event.id, problemsOf(`shop-1.${event.type}`, event)]).toEqual([event.id, []]);
		expect(new Set(published.map(({ type }) => type))).toEqual(new Set(Object.keys(EVENT_CATALOG)));
		const wrong = { ...published[0]!, sequence: 0 };
		expect(problemsOf(`shop-1.${wrong.type}`, wrong)).not.toEqual([]);
	}, 60_000);
});

const get = (broker: ServiceBroker, path: string) => request(baseUrl(broker) + path);
const post = (broker: ServiceBroker, path: string, body: unknown) => request(baseUrl(broker) + path, "POST", body);

async function place(broker: ServiceBroker, productId: string): Promise<string> {
	return (await post(broker, "/orders", { customerId: "alice", items: [{ productId, quantity: 1 }] })).body.id;
}

/** Resolves with all published events, as soon as these types are among them. */
function publishedUntil(broker: ServiceBroker, ...types: string[]): Promise<CloudEvent[]> {
	return eventually(async () => {
		const events: CloudEvent[] = [];
		for await (const event of shopOf(broker).bus.history(Object.keys(EVENT_CATALOG))) events.push(event);
		return types.every((type) => events.some((event) => event.type === type)) && events;
	}, 15_000);
}

async function aDayIn(broker: ServiceBroker): Promise<CloudEvent[]> {
	const price = { amount: 700, currency: "KRW" };
	const tea = { name: "Rare tea", price, stock: 2, description: "d", imageUrl: "https://shop.example/tea.png" };
	const { id } = (await post(broker, "/products", tea)).body;
	await request(`${baseUrl(broker)}/products/${id}`, "PATCH", { price: { amount: 800, currency: "KRW" } });
	// Placed at the same time, so that order accepts all three although only two are in stock.
	const orders = await Promise.all(Array.from({ length: 3 }, () => place(broker, id)));
	const [paid, cancelled] = await eventually(async () => {
		const found = await Promise.all(orders.map(async (order) => (await get(broker, `/orders/${order}`)).body));
		const left = found.filter(({ status }) => status === "placed").map((order) => order.id as string);
		return left.length === 2 && left;
	});
	await post(broker, `/orders/${paid}/payment`, { cardNo: "4000000000000002" });
	await post(broker, `/orders/${paid}/payment`, { cardNo: "4242424242424242" });
	await publishedUntil(broker, "stock.rejected", "cart.accepted");
	await post(broker, `/orders/${paid}/cancellation`, { reason: "changed my mind" });
	await post(broker, `/orders/${cancelled}/cancellation`, {});
	return publishedUntil(broker, "payment.refunded", "stock.released", "cart.cancelled", "notification.sent");
}

async function withSlowProcessor(act: (broker: ServiceBroker) => Promise<CloudEvent[]>): Promise<CloudEvent[]> {
	const broker = await startShop({ PAYMENT_TIMEOUT_MS: "50", PAYMENT_SIM_LATENCY_MS: "100" });
	try {
		return await act(broker);
	} finally {
		await broker.stop();
	}
}

async function aLatePayment(broker: ServiceBroker): Promise<CloudEvent[]> {
	const order = await place(broker, (await get(broker, "/products")).body.items[0].id);
	await post(broker, `/orders/${order}/payment`, { cardNo: "4242424242424242" });
	return publishedUntil(broker, "order.paying", "payment.delayed", "payment.voided", "order.reopened");
}
