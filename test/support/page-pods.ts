import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InGeneration, VIEW_COLLECTIONS } from "../../services/customer/customer.generations";
import type { FeedEntry } from "../../services/customer/feed.rules";
import type { OrderEvent } from "../../services/customer/customer.rules";
import { Views } from "../../services/customer/customer.views";
import type { EventBus } from "../../shared/events/event-bus";
import { systemClock } from "../../shared/domain/clock";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import type { Collection, Store, Stored } from "../../shared/store/store";
import { aEvent, secondsIn } from "./builders";
import { silentLogger } from "./world";
import { type Operation, wrapped } from "./wrapped-collection";

export const CUSTOMERS = ["alice", "bob"];
const total = { amount: 300, currency: "KRW" };
const items = [{ productId: "p1", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];

/** Order `number`'s events: placed, paid after a declined card, completed. */
export function story(number: number, customerId = CUSTOMERS[number % 2]!): OrderEvent[] {
	const orderId = `o${number}`;
	const ids = { orderId, customerId };
	const attempt = { ...ids, amount: total, card: { brand: "visa", last4: "4242" } };
	const at = (seconds: number) => ({ time: secondsIn(number * 10 + seconds) });
	return [
		aEvent("order.placed", orderId, 1, { ...ids, items, total }, at(0)),
		aEvent(
			"payment.declined",
			`${orderId}-a`,
			1,
			{ ...attempt, paymentId: `${orderId}-a`, code: "CARD_DECLINED" },
			at(1),
		),
		aEvent("payment.approved", `${orderId}-b`, 1, { ...attempt, paymentId: `${orderId}-b` }, at(2)),
		aEvent("order.completed", orderId, 2, { ...ids, paymentId: `${orderId}-b`, total }, at(3)),
	] as OrderEvent[];
}
export const placed = (number: number, customerId?: string) => story(number, customerId)[0]!;

/** Called before each operation, which waits for it and fails with it. */
type Before = (operation: Operation, collection: string) => unknown;

/** A pod's own way to the store that all pods share. */
class StoreOfPod implements Store {
	constructor(
		private readonly store: LmdbStore,
		private readonly before: Before,
	) {}
	async connect(): Promise<void> {}
	async disconnect(): Promise<void> {}
	async isAvailable(): Promise<boolean> {
		return true;
	}
	collection<D extends Stored>(name: string): Collection<D> {
		return wrapped(this.store.collection<D>(name), async (operation, work) => {
			await this.before(operation, name);
			return work();
		});
	}
}

/** Something that others wait at until it is opened. */
export class Gate {
	reached = false;
	open!: () => void;
	private readonly opened = new Promise<void>((resolve) => (this.open = resolve));

	pass(): Promise<void> {
		this.reached = true;
		return this.opened;
	}
}

const NO_CARRIER = { mayLoseForMs: 0, connected: true, onReturn: () => undefined } as unknown as EventBus;

/** The pods of customer that a test starts on one store, and all that they were told. */
export class PagePods {
	readonly started: Views[] = [];
	/** All that was told, as the bus keeps it. */
	readonly log: OrderEvent[] = [];
	private generations = 0;

	private constructor(
		private readonly folder: string,
		readonly store: LmdbStore,
	) {}

	static async open(): Promise<PagePods> {
		const folder = mkdtempSync(join(tmpdir(), "funshop-pods-"));
		const store = new LmdbStore({ path: folder, collections: VIEW_COLLECTIONS, durable: false });
		await store.connect();
		return new PagePods(folder, store);
	}

	async close(): Promise<void> {
		await Promise.all(this.started.map((pod) => pod.close()));
		await this.store.disconnect();
		rmSync(this.folder, { recursive: true });
	}

	async start(before: Before = () => undefined, leaseMs = 60_000): Promise<Views> {
		const pod = new Views({
			store: new StoreOfPod(this.store, before),
			bus: NO_CARRIER,
			clock: systemClock,
			logger: silentLogger,
			newId: () => `g${++this.generations}`,
			leaseMs,
		});
		await pod.open();
		this.started.push(pod);
		return pod;
	}

	tell(pod: Views, event: OrderEvent): Promise<string | undefined> {
		this.log.push(event);
		return pod.fold(event);
	}

	/** The log as it is when this is read. */
	readonly history = () => copyOf(this.log);

	async storedGenerations(): Promise<string[]> {
		const found = new Set<string>();
		for await (const { generation } of this.store.collection<InGeneration>("orders").all()) found.add(generation);
		return [...found];
	}

	async eventsOf(customerId: string): Promise<FeedEntry[]> {
		return (await this.started[0]!.feeds.load(customerId))?.entries ?? [];
	}
}

async function* copyOf<Item>(items: readonly Item[]): AsyncIterable<Item> {
	yield* [...items];
}
