import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COLLECTIONS, type PageEvent, PageProcess } from "../../../services/customer/customer.process";
import type { FeedEntry } from "../../../services/customer/feed.rules";
import type { OrderEvent } from "../../../services/customer/customer.rules";
import type { EventBus } from "../../../shared/events/event-bus";
import { systemClock } from "../../../shared/domain/clock";
import { temporaryEnvironment } from "../store/environment";
import { LmdbStore } from "../../../shared/store/lmdb/lmdb-store";
import type { Collection, Store, Stored } from "../../../shared/store/store";
import type { StoreAdapter } from "../../../shared/store/moleculer-db-adapter";
import { ServiceData } from "../../../shared/aggregates/service-data";
import { anEvent, secondsIn } from "../events/builders";
import { silentLogger } from "../world";
import { type Operation, wrapped } from "../store/wrapped-collection";

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
		anEvent("order.placed", orderId, 1, { ...ids, items, total }, at(0)),
		anEvent(
			"payment.declined",
			`${orderId}-a`,
			1,
			{ ...attempt, paymentId: `${orderId}-a`, code: "CARD_DECLINED" },
			at(1),
		),
		anEvent("payment.approved", `${orderId}-b`, 1, { ...attempt, paymentId: `${orderId}-b` }, at(2)),
		anEvent("order.completed", orderId, 2, { ...ids, paymentId: `${orderId}-b`, total }, at(3)),
	] as OrderEvent[];
}
export const placed = (number: number, customerId?: string) => story(number, customerId)[0]!;

/** Called before each operation of the store; the operation waits for it, and fails where it fails. */
type Before = (operation: Operation, collection: string) => unknown;

/** One process's access to the store that all processes share. */
class StoreOfProcess implements Store {
	constructor(
		private readonly store: LmdbStore,
		private readonly before: Before,
	) {}
	readonly appendsEvents = false;
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

/** Holds callers of `pass` until it is opened. */
export class Gate {
	reached = false;
	open!: () => void;
	private readonly opened = new Promise<void>((resolve) => (this.open = resolve));

	pass(): Promise<void> {
		this.reached = true;
		return this.opened;
	}
}

/** The processes of customer that a test starts on one store, and the log of all events that were published. */
export class PageProcesses {
	readonly started: PageProcess[] = [];
	/** All published events, as the bus keeps them. */
	readonly log: PageEvent[] = [];
	private ids = 0;

	private constructor(
		private readonly folder: string,
		readonly store: LmdbStore,
	) {}

	static async open(): Promise<PageProcesses> {
		const folder = mkdtempSync(join(tmpdir(), "funshop-page-"));
		const store = new LmdbStore({
			environment: temporaryEnvironment(folder),
			collections: COLLECTIONS,
		});
		await store.connect();
		return new PageProcesses(folder, store);
	}

	async close(): Promise<void> {
		await Promise.all(this.started.map((process) => process.stop()));
		await this.store.disconnect();
		rmSync(this.folder, { recursive: true });
	}

	/** `history` is the bus's history as this process reads it; the whole log if not given. */
	start(before: Before = () => undefined, history: () => AsyncIterable<PageEvent> = this.history): PageProcess {
		const bus = { mayLoseForMs: 0, connected: true, onReturn: () => undefined, history } as unknown as EventBus;
		const [clock, logger] = [systemClock, silentLogger];
		const openStore = () => new StoreOfProcess(this.store, before) as unknown as StoreAdapter;
		const data = new ServiceData({ service: "customer", openStore, collections: COLLECTIONS, bus, clock, logger });
		const process = new PageProcess({
			data,
			bus,
			clock,
			logger,
			newId: () => `feed-${++this.ids}`,
		});
		this.started.push(process);
		return process;
	}

	/** Publishes an event, which `process` handles. */
	handle(process: PageProcess, event: PageEvent): Promise<string | undefined> {
		this.log.push(event);
		return process.handle(event);
	}

	/** A copy of the log as it is now. */
	readonly history = () => copyOf(this.log);

	/** Ids of all orders that have a view in the store. */
	async storedOrders(): Promise<string[]> {
		const found: string[] = [];
		for await (const { _id } of this.store.collection("orderViews").all()) found.push(_id);
		return found.sort();
	}

	async entriesOf(customerId: string): Promise<FeedEntry[]> {
		return (await this.started[0]!.feeds.load(customerId))?.entries ?? [];
	}
}

async function* copyOf<Item>(items: readonly Item[]): AsyncIterable<Item> {
	yield* [...items];
}
