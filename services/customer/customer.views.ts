import type { Logger } from "moleculer";
import { Aggregates, type Saved, UNSENT_INDEX } from "../../shared/aggregates";
import type { Carrier } from "../../shared/carrier";
import type { Clock } from "../../shared/clock";
import { busy, conflict } from "../../shared/refusals";
import type { Collection, Store, Stored } from "../../shared/store";
import {
	fold,
	foldProduct,
	type OrderFact,
	type OrderView,
	type ProductFact,
	type ProductView,
} from "./customer.rules";

/** Facts that a rebuild folds at a time, or documents that it removes. */
const CHUNK = 64;

const ORDER_INDEXES = {
	...UNSENT_INDEX,
	customer: ["customerId", "createdAt"],
	cart: ["cartOf", "placedAt"],
	feed: ["customerId", "feedAt"],
	numbered: ["feedAt"],
};
const PRODUCT_INDEXES = { ...UNSENT_INDEX, newest: ["addedAt"] };

/** There are two places for a view: one is shown, in the other a rebuild gets ready. */
export const VIEW_COLLECTIONS = {
	"orders-a": ORDER_INDEXES,
	"orders-b": ORDER_INDEXES,
	"products-a": PRODUCT_INDEXES,
	"products-b": PRODUCT_INDEXES,
	shown: {},
};
type Place = "a" | "b";

/** Which view is shown. */
interface Shown extends Stored {
	place: Place;
	generation: string;
}

/** A whole view: folded from every fact heard, or, while its rebuild goes on, from those so far. */
export interface View {
	place: Place;
	/** Another one after each rebuild, as numbers of the feed are given anew. */
	generation: string;
	orders: Collection<Saved<OrderView>>;
	products: Collection<Saved<ProductView>>;
	foldedOrders: Aggregates<OrderView, never>;
	foldedProducts: Aggregates<ProductView, never>;
}

export interface ViewsOptions {
	store: Store;
	carrier: Carrier;
	clock: Clock;
	logger: Logger;
	newId(): string;
}

/** The view that is shown, and how it is rebuilt behind it. */
export class Views {
	private shown!: View;
	private shadow: View | undefined;
	/** Folds and reads under way; each stays with the views that were there when it began. */
	private readonly uses = new Set<Promise<unknown>>();
	/** Of the fact that became visible last. */
	private lastNumber = 0;
	private clearing: Promise<void> = Promise.resolve();
	private rebuilding = false;
	private closed = false;

	constructor(private readonly options: ViewsOptions) {}

	/** Opens the view that is shown; what an unfinished rebuild left is removed in the background. */
	async open(): Promise<void> {
		const { store, newId, logger } = this.options;
		const shown = store.collection<Shown>("shown");
		const first = { _id: "shown", place: "a", generation: newId() } as const;
		await shown.save(first, undefined);
		const { place, generation } = (await shown.load("shown"))!;
		this.closed = false;
		this.shown = this.view(place, generation);
		const [last] = await this.shown.orders.query("numbered", { order: "descending", limit: 1 });
		this.lastNumber = last?.feedAt ?? 0;
		const left = this.view(otherThan(place), generation);
		this.clearing = this.clear(left).catch((error) =>
			logger.warn("What is left of a rebuild could not be removed", error),
		);
	}

	async close(): Promise<void> {
		this.closed = true;
		await this.clearing;
		await Promise.allSettled(this.uses);
	}

	/** Reads the view that is shown, which stays whole until `look` is done. */
	read<Answer>(look: (view: View) => Promise<Answer>): Promise<Answer> {
		return this.use(look(this.shown));
	}

	/** Takes a fact into the view, and into the one that gets ready. Resolves with the customer whose page it is on, if any. */
	fold(fact: OrderFact | ProductFact): Promise<string | undefined> {
		const { shown, shadow } = this;
		const folded = shadow ? [this.foldInto(shown, fact), this.foldInto(shadow, fact)] : [this.foldInto(shown, fact)];
		return this.use(Promise.all(folded).then(([customerId]) => customerId));
	}

	/**
	 * Folds all of `history` into a new view, while new facts go into both, and then shows that one. Where it fails, or the process
	 * ends in the middle, the old view stays, and what there is of the new one is removed by the next rebuild or start.
	 * @throws Refusal REBUILD_RUNNING
	 */
	async rebuild(history: AsyncIterable<OrderFact | ProductFact>): Promise<{ orders: number; facts: number }> {
		if (this.rebuilding) throw conflict("REBUILD_RUNNING", "The view is being rebuilt already.");
		this.rebuilding = true;
		try {
			const old = this.shown;
			const next = this.view(otherThan(old.place), this.options.newId());
			// An earlier rebuild may have failed without knowing whether its view is the one that a start would show.
			await this.show(old);
			await this.remove(next);
			this.shadow = next;
			const facts = await this.forEach(history, (fact) => this.foldInto(next, fact));
			const orders = await count(next.orders);
			await this.show(next);
			this.shown = next;
			await this.remove(old);
			return { orders, facts };
		} finally {
			this.rebuilding = false;
		}
	}

	private async use<Answer>(work: Promise<Answer>): Promise<Answer> {
		this.uses.add(work);
		try {
			return await work;
		} finally {
			this.uses.delete(work);
		}
	}

	private view(place: Place, generation: string): View {
		const { store, carrier, clock, logger } = this.options;
		const orders = store.collection<Saved<OrderView>>(`orders-${place}`);
		const products = store.collection<Saved<ProductView>>(`products-${place}`);
		const common = { teller: "customer", carrier, clock, logger };
		return {
			place,
			generation,
			orders,
			products,
			foldedOrders: new Aggregates({ ...common, collection: orders }),
			foldedProducts: new Aggregates({ ...common, collection: products }),
		};
	}

	private async foldInto(view: View, fact: OrderFact | ProductFact): Promise<string | undefined> {
		if (isOfProduct(fact)) {
			await view.foldedProducts.change(fact.subject, (product) => foldProduct(product, fact));
			return undefined;
		}
		const order = await view.foldedOrders.change(fact.data.orderId, (before) => {
			// Writes become visible in the order in which they were decided on. The time keeps numbers rising over restarts.
			const change = fold(before, fact, Math.max(this.lastNumber + 1, this.options.clock.now() * 1_000));
			this.lastNumber = Math.max(this.lastNumber, change?.state.feedAt ?? 0);
			return change;
		});
		return order?.customerId;
	}

	private async show({ place, generation }: View): Promise<void> {
		const shown = this.options.store.collection<Shown>("shown");
		const before = await shown.load("shown");
		if (!(await shown.save({ _id: "shown", place, generation }, before))) {
			throw conflict("REBUILD_RUNNING", "Another process has rebuilt the view.");
		}
	}

	/** Empties a place that is not shown, once nobody uses it any more. */
	private async remove(view: View): Promise<void> {
		this.shadow = undefined;
		await this.clearing;
		await Promise.allSettled(this.uses);
		await this.clear(view);
	}

	private async clear({ orders, products }: View): Promise<void> {
		for (const collection of [orders, products] as Array<Collection<Stored>>) {
			await this.forEach(collection.all(), (document) => collection.remove(document));
		}
	}

	/** Does the work for some items at a time, so that they share writes. Resolves with how many there were. */
	private async forEach<Item>(items: AsyncIterable<Item>, work: (item: Item) => Promise<unknown>): Promise<number> {
		let done = 0;
		let chunk: Item[] = [];
		const workOnChunk = async () => {
			if (this.closed) throw busy("SERVICE_STOPPING", "The service stops.");
			await Promise.all(chunk.map(work));
			done += chunk.length;
			chunk = [];
		};
		for await (const item of items) if (chunk.push(item) === CHUNK) await workOnChunk();
		await workOnChunk();
		return done;
	}
}

async function count(collection: Collection<Stored & OrderView>): Promise<number> {
	let orders = 0;
	for await (const { customerId } of collection.all()) if (customerId !== undefined) orders++;
	return orders;
}

function otherThan(place: Place): Place {
	return place === "a" ? "b" : "a";
}

function isOfProduct(fact: OrderFact | ProductFact): fact is ProductFact {
	return fact.type.startsWith("product.") || fact.type.startsWith("stock.");
}
