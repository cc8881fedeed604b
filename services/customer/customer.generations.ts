import { Aggregates } from "../../shared/aggregates/aggregates";
import type { EventBus } from "../../shared/events/event-bus";
import type { Clock } from "../../shared/domain/clock";
import type { Logger } from "moleculer";
import type { Collection, Query, Store, Stored, Unsaved } from "../../shared/store/store";
import {
	fold,
	foldProduct,
	isProductEvent,
	type OrderEvent,
	type OrderView,
	type ProductEvent,
	type ProductView,
} from "./customer.rules";
import type { Saved } from "../../shared/aggregates/aggregate";

const PIECE = 64;
/** Sorts after every id. */
const LAST = "\uffff";

const BY_GENERATION = { generation: ["generation"] };

/** Documents of all generations are in the same collections, under `<generation>/<id>`. */
export const VIEW_COLLECTIONS = {
	orders: {
		...BY_GENERATION,
		customer: ["generation", "customerId", "createdAt"],
		cart: ["generation", "cartOf", "placedAt"],
	},
	products: { ...BY_GENERATION, newest: ["generation", "addedAt"] },
	feeds: {},
	shown: {},
};
/** Those of which each generation has its own. */
export const IN_GENERATIONS = ["orders", "products"] as const;

/** A document as it is stored. */
export interface InGeneration extends Stored {
	generation: string;
}

export interface ViewOptions {
	store: Store;
	bus: EventBus;
	clock: Clock;
	logger: Logger;
}

/** A whole view: folded from every event heard, or, while its rebuild goes on, from those so far. */
export class View {
	readonly orders: Collection<Saved<OrderView>>;
	readonly products: Collection<Saved<ProductView>>;
	private readonly foldedOrders: Aggregates<OrderView, never>;
	private readonly foldedProducts: Aggregates<ProductView, never>;

	constructor(
		readonly generation: string,
		{ store, ...options }: ViewOptions,
	) {
		this.orders = new OfGeneration(store.collection("orders"), generation);
		this.products = new OfGeneration(store.collection("products"), generation);
		this.foldedOrders = new Aggregates({ clock: options.clock, collection: this.orders });
		this.foldedProducts = new Aggregates({ clock: options.clock, collection: this.products });
	}

	/** Takes an event in. Resolves with the order that it is about, if any, and whether it said something new. */
	async fold(event: OrderEvent | ProductEvent): Promise<{ order?: Saved<OrderView>; isNew: boolean }> {
		let isNew = false;
		if (isProductEvent(event)) {
			await this.foldedProducts.change(event.subject, (before) => {
				const change = foldProduct(before, event);
				isNew = change !== undefined;
				return change;
			});
			return { isNew };
		}
		const order = await this.foldedOrders.change(event.data.orderId, (before) => {
			const change = fold(before, event);
			isNew = change !== undefined;
			return change;
		});
		return { order, isNew };
	}
}

/** One generation's documents as a collection of their own, under their plain ids: so a cursor of a list outlives its generation. */
class OfGeneration<D extends Stored> implements Collection<D> {
	constructor(
		private readonly documents: Collection<D & InGeneration>,
		private readonly generation: string,
	) {}

	async load(id: string): Promise<D | undefined> {
		return this.fromStored(await this.documents.load(this.key(id)));
	}

	async save(next: Unsaved<D>, previous: D | undefined): Promise<D | undefined> {
		return this.fromStored(await this.documents.save(this.toStored(next), previous && this.toStored(previous)));
	}

	remove(previous: D): Promise<boolean> {
		return this.documents.remove(this.toStored(previous));
	}

	async query(index: string, query: Query): Promise<D[]> {
		const equals = [this.generation, ...(query.equals ?? [])];
		const after = query.after && [...query.after.slice(0, -1), this.key(String(query.after.at(-1)))];
		const found = await this.documents.query(index, { ...query, equals, after });
		return found.map((document) => this.fromStored(document)!);
	}

	async *all(): AsyncIterable<D> {
		for (let after: string[] | undefined; ;) {
			const piece = await this.query("generation", { after, limit: PIECE });
			yield* piece;
			if (piece.length < PIECE) return;
			after = [piece.at(-1)!._id];
			await new Promise(setImmediate);
		}
	}

	private key(id: string): string {
		return `${this.generation}/${id}`;
	}

	private toStored<Document extends { _id: string }>(document: Document): Document & D & InGeneration {
		const stored = { ...document, _id: this.key(document._id), generation: this.generation };
		return stored as unknown as Document & D & InGeneration;
	}

	private fromStored(document: (D & InGeneration) | undefined): D | undefined {
		if (!document) return undefined;
		const { generation: _, ...taken } = document;
		return { ...taken, _id: document._id.slice(this.key("").length) } as unknown as D;
	}
}

/** Every generation of which there is a document, found in as many looks. */
export async function* generationsIn(documents: Collection<InGeneration>): AsyncIterable<string> {
	for (let after: string[] | undefined; ;) {
		const [first] = await documents.query("generation", { after, limit: 1 });
		if (!first) return;
		yield first.generation;
		after = [first.generation, LAST];
	}
}

/**
 * Removes what there is of a generation, and leaves it to others where they are at it. Resolves once nothing more is to be done here.
 * `isOver`: whether to leave the rest.
 */
export async function removeGeneration(
	documents: Collection<InGeneration>,
	generation: string,
	isOver: () => boolean,
): Promise<void> {
	while (!isOver()) {
		const piece = await documents.query("generation", { equals: [generation], limit: PIECE });
		const removed = await Promise.all(piece.map((document) => documents.remove(document)));
		if (!removed.includes(true)) return;
	}
}
