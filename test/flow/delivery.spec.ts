import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceBroker } from "moleculer";
import { EVENT_CATALOG } from "../../services/event-catalog";
import { audit, formatReport } from "../../operator/audit/report";
import type { Subscription } from "../../shared/events/event-bus";
import { EmbeddedEventBus, type EmbeddedEventBusOptions } from "../../shared/events/embedded/embedded-bus";
import type { CloudEvent } from "../../shared/events/event";
import { SEED, seededRandom } from "../support/shop/customer";
import { baseUrl, clientOf } from "../support/http/http";
import { readJournal } from "../support/shop/journal";
import { eventually, startShop } from "../support/world";

const ORDERS = 60;
const LATEST_MS = 400;
const CARDS = ["4242424242424242", "4242424242424242", "4000000000000002"];

/** Delivers every event one to five times, each time after a random delay: late and in any order. */
class UnrulyBus extends EmbeddedEventBus {
	readonly sent: Array<{ event: CloudEvent; handle: (event: CloudEvent) => Promise<void> }> = [];
	private readonly underWay = new Set<Promise<void>>();

	constructor(
		options: EmbeddedEventBusOptions,
		private readonly chance: () => number,
	) {
		super(options);
	}

	override subscribe(
		consumer: string,
		types: readonly string[],
		handle: (event: CloudEvent) => Promise<void>,
	): Subscription {
		return super.subscribe(consumer, types, async (event) => {
			this.sent.push({ event, handle });
			const times = 1 + Math.floor(this.chance() * 5);
			for (let time = 0; time < times; time++) this.track(this.deliver(event, handle));
		});
	}

	/** Delivers every past event once more, in any order. */
	async deliverAllAgain(): Promise<void> {
		await Promise.all([...this.sent].map(({ event, handle }) => this.deliver(event, handle)));
	}

	async calm(): Promise<void> {
		while (this.underWay.size > 0) await Promise.all(this.underWay);
	}

	private async deliver(event: CloudEvent, handle: (event: CloudEvent) => Promise<void>): Promise<void> {
		for (;;) {
			await sleep(this.chance() * LATEST_MS);
			const done = await handle(event).then(
				() => true,
				() => false,
			);
			if (done) return;
		}
	}

	private track(work: Promise<void>): void {
		this.underWay.add(work);
		void work.finally(() => this.underWay.delete(work));
	}
}

describe(`S5, S6: events that come again and again, late and in any order (SEED=${SEED})`, () => {
	const random = seededRandom(SEED);
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-unruly-"));
	let bus: UnrulyBus;
	let broker: ServiceBroker;
	const products: string[] = [];

	beforeAll(async () => {
		const openLog = (options: EmbeddedEventBusOptions) => (bus = new UnrulyBus(options, random));
		broker = await startShop({ DATA_DIR: dataDir }, { openLog });
		for (const stock of [20, 1_000]) {
			const product = { name: `Tea ${stock}`, price: { amount: 100, currency: "KRW" }, stock };
			products.push((await client().post("/products", product)).body.id);
		}
	});
	afterAll(async () => {
		await bus.calm();
		await broker.stop();
		rmSync(dataDir, { recursive: true });
	});

	const client = () => clientOf(baseUrl(broker));
	/** Places, pays and cancels one order at random; some of these calls may be refused. */
	const trade = async (number: number) => {
		const items = products.map((productId) => ({ productId, quantity: 1 + Math.floor(random() * 2) }));
		const { body } = await client().post("/orders", { customerId: `c${number % 7}`, items });
		const plan = random();
		const pay = () => client().post(`/orders/${body.id}/payment`, { cardNo: CARDS[Math.floor(random() * 3)] });
		const cancel = () => client().post(`/orders/${body.id}/cancellation`, {});
		if (plan < 0.2) await cancel();
		else if (plan < 0.4) await Promise.all([pay(), cancel()]);
		else await pay();
		if (plan > 0.8) await cancel();
	};
	const report = async () => {
		const look = await audit({ dataDir, now: Date.now, waitMs: 10_000, isRunning: true });
		return { ...look, text: formatReport(look) };
	};
	/** The ids of all published events, once every message to customers is sent. */
	const story = async () => {
		const owed = ["order.placed", "order.completed", "order.cancelled", "payment.refunded"];
		return eventually(async () => {
			const published: CloudEvent[] = [];
			for await (const event of bus.history(Object.keys(EVENT_CATALOG))) published.push(event);
			const sent = published.filter(({ type }) => type === "notification.sent").length;
			return (
				sent === published.filter(({ type }) => owed.includes(type)).length && published.map(({ id }) => id).sort()
			);
		}, 15_000);
	};
	const moneyMoved = async () =>
		(await readJournal(broker)).map(({ paymentId, type }) => `${paymentId} ${type}`).sort();

	it("leave the audit no difference to find", async () => {
		await Promise.all(Array.from({ length: ORDERS }, (_, number) => trade(number)));
		await bus.calm();
		const { differences, text, orders } = await report();
		expect([differences, text.slice(0, 2_000)]).toEqual([[], expect.any(String)]);
		expect(Object.keys(orders)).toEqual(expect.arrayContaining(["completed", "cancelled"]));
	}, 60_000);

	it("move no money and no goods, and send no messages, when they all come once more", async () => {
		const before = await Promise.all([story(), moneyMoved()]);
		await bus.calm();
		await bus.deliverAllAgain();
		expect((await report()).differences).toEqual([]);
		expect(await Promise.all([story(), moneyMoved()])).toEqual(before);
	}, 60_000);
});
