import type { TSchema } from "@sinclair/typebox";
import type { Logger } from "moleculer";
import type { Decide, Saved } from "../../shared/aggregates/aggregate";
import { DUE_INDEX } from "../../shared/aggregates/due-work";
import type { Aggregates } from "../../shared/aggregates/aggregates";
import type { ServiceData } from "../../shared/aggregates/service-data";
import type { Clock } from "../../shared/domain/clock";
import { busy, isRefusal } from "../../shared/domain/refusals";
import type { EventHistory } from "../../shared/events/event-bus";
import { eventValidator } from "../../shared/events/event-validation";
import { PendingWork } from "../../shared/timing/pending-work";
import type { Collection } from "../../shared/store/store";
import { OrderEvents } from "../order/order.events";
import { PaymentEvents } from "../payment/payment.events";
import { ProductEvents } from "../product/product.events";
import {
	fold,
	foldProduct,
	isProductEvent,
	mend,
	type OrderEvent,
	type OrderView,
	type ProductEvent,
	type ProductView,
	toPageOrder,
} from "./customer.rules";
import type { Rebuilt } from "./customer.schemas";
import { type FeedState, keep, publish } from "./feed.rules";

/** A page waits this long for events of its customer that are being folded. */
const FOLDED_WITHIN_MS = 100;
/** A rebuild folds this many events at the same time, so that they share writes. */
const CHUNK = 64;

/** The events that my page is built from, with the schemas of their data. */
export const PAGE_EVENTS: Readonly<Record<string, TSchema>> = { ...ProductEvents, ...OrderEvents, ...PaymentEvents };
export type PageEvent = OrderEvent | ProductEvent;
const isValid = eventValidator(PAGE_EVENTS);

export const COLLECTIONS = {
	orderViews: { customer: ["customerId", "createdAt"], cart: ["cartOf", "placedAt"] },
	productViews: { newest: ["addedAt"] },
	liveFeeds: DUE_INDEX,
};

export interface PageOptions {
	data: Pick<ServiceData, "collection" | "silent" | "dueWork">;
	bus: EventHistory;
	clock: Clock;
	logger: Logger;
	newId(): string;
}

/**
 * Keeps the views of my page and its customers' feeds. All writes are conditional, so that any number of processes may handle events and
 * rebuild at the same time.
 */
export class PageProcess {
	readonly orderViews: Collection<Saved<OrderView>>;
	readonly productViews: Collection<Saved<ProductView>>;
	readonly feeds: Collection<Saved<FeedState>>;
	private readonly orders: Aggregates<OrderView>;
	private readonly products: Aggregates<ProductView>;
	private readonly liveFeeds: Aggregates<FeedState>;
	private readonly rebuilds = new Set<Promise<unknown>>();
	/** Events that are being folded, by customer. */
	private readonly folding = new PendingWork();
	private isStopping = false;

	constructor(private readonly options: PageOptions) {
		const { data } = options;
		this.orderViews = data.collection("orderViews");
		this.productViews = data.collection("productViews");
		this.feeds = data.collection("liveFeeds");
		this.orders = data.silent("orderViews");
		this.products = data.silent("productViews");
		this.liveFeeds = data.silent("liveFeeds");
		data.dueWork<Saved<FeedState>>("liveFeeds", { work: async (unread) => void (await this.feeds.remove(unread)) });
	}

	/**
	 * Folds an event into its view, then publishes it in the feed of the order's customer if there is one. Events may arrive more than once and
	 * in any order. Resolves with the customer whose feed may have changed; undefined where there is none.
	 * @throws Refusal AGGREGATE_BUSY, STORE_UNAVAILABLE
	 */
	async handle(event: PageEvent): Promise<string | undefined> {
		if (isProductEvent(event)) {
			await this.products.change(event.subject, (before) => foldProduct(before, event));
			return undefined;
		}
		let isNew = false;
		const folding = this.orders.change(event.data.orderId, (before) => {
			isNew = !before?.events.some(({ id }) => id === event.id);
			return fold(before, event);
		});
		const order = await this.folding.track(event.data.customerId, folding);
		const customerId = order?.customerId;
		if (customerId === undefined) return undefined;
		const feed = await this.liveFeeds.change(customerId, (found, _, now) => publish(found, order!, event, isNew, now));
		return feed && customerId;
	}

	/**
	 * Resolves once my page shows the events of this customer that the process is folding, or after 100 ms. So my page mostly shows an order or a payment
	 * as soon as it was answered.
	 */
	upToDate(customerId: string): Promise<void> {
		return this.folding.settled(customerId, FOLDED_WITHIN_MS);
	}

	/**
	 * The customer's feed, for a reader: it begins when it is read first, so that events of customers who have no live page cost no write.
	 * @throws Refusal AGGREGATE_BUSY, STORE_UNAVAILABLE where there is none, and none can begin
	 */
	async feedOf(customerId: string): Promise<Saved<FeedState>> {
		const newFeedId = this.options.newId();
		const known = await this.feeds.load(customerId);
		if (known && !keep(known, newFeedId, this.options.clock.now())) return known;
		try {
			return (await this.liveFeeds.change(customerId, (feed, _, now) => keep(feed, newFeedId, now)))!;
		} catch (error) {
			// Reading goes on while the store takes no write.
			if (known && isRefusal(error)) return known;
			throw error;
		}
	}

	/**
	 * Folds the whole history of the bus into the views, then recomputes the fields of each order's view from its own events. Views only
	 * gain events, so pages stay complete during a rebuild, after a failed one, and where the bus no longer has all events. Publishes
	 * nothing in feeds: handling an event does that.
	 * @throws Refusal AGGREGATE_BUSY, STORE_UNAVAILABLE; SERVICE_STOPPING once {@link stop} is called
	 */
	async rebuild(): Promise<Rebuilt> {
		const rebuilding = this.foldHistory();
		this.rebuilds.add(rebuilding);
		try {
			return await rebuilding;
		} finally {
			this.rebuilds.delete(rebuilding);
		}
	}

	/** Aborts rebuilds. Resolves once none uses the store. */
	async stop(): Promise<void> {
		this.isStopping = true;
		await Promise.allSettled(this.rebuilds);
	}

	private async foldHistory(): Promise<Rebuilt> {
		const { clock } = this.options;
		const startedAt = clock.now();
		const changed = new Set<string>();
		let events = 0;
		for await (const chunk of inChunks(this.history())) {
			this.refuseOnceStopping();
			await Promise.all(chunk.map((event) => this.foldAgain(event, changed)));
			events += chunk.length;
		}
		let orders = 0;
		for await (const view of this.orderViews.all()) {
			this.refuseOnceStopping();
			if (mend(view)) await write(this.orders, view._id, (before) => before && mend(before), changed);
			if (toPageOrder(view)) orders++;
		}
		return { orders, events, changed: changed.size, ms: clock.now() - startedAt };
	}

	private foldAgain(event: PageEvent, changed: Set<string>): Promise<void> {
		return isProductEvent(event)
			? write(this.products, event.subject, (before) => foldProduct(before, event), changed)
			: write(this.orders, event.data.orderId, (before) => fold(before, event), changed);
	}

	/** All events that the bus still has, without those that do not match their schema. */
	private async *history(): AsyncIterable<PageEvent> {
		for await (const event of this.options.bus.history(Object.keys(PAGE_EVENTS))) {
			if (isValid(event)) yield event as PageEvent;
			else this.options.logger.warn(`${event.type} ${event.id} does not match its schema and is left out of my page`);
		}
	}

	private refuseOnceStopping(): void {
		if (this.isStopping) throw busy("SERVICE_STOPPING", "The service stops.");
	}
}

/** Runs a command that publishes nothing. Adds `id` to `changed` where it wrote the document. */
async function write<State extends object>(
	aggregates: Aggregates<State>,
	id: string,
	decide: Decide<State, never>,
	changed: Set<string>,
): Promise<void> {
	let isChanged = false;
	await aggregates.change(id, (before, seen, now) => {
		const change = decide(before, seen, now);
		isChanged = change !== undefined;
		return change;
	});
	if (isChanged) changed.add(id);
}

async function* inChunks<Item>(items: AsyncIterable<Item>): AsyncIterable<Item[]> {
	let chunk: Item[] = [];
	for await (const item of items) {
		if (chunk.push(item) < CHUNK) continue;
		yield chunk;
		chunk = [];
	}
	if (chunk.length > 0) yield chunk;
}
