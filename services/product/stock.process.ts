import type { Saved } from "../../shared/aggregates/aggregate";
import type { Aggregates } from "../../shared/aggregates/aggregates";
import { busy } from "../../shared/domain/refusals";
import type { Collection } from "../../shared/store/store";
import type { ProductEvents } from "./product.events";
import type { ProductState } from "./product.rules";
import { type Decided, giveBack, hold, letGo, type OrderedGoods, type Reservation } from "./stock.rules";

export type Products = Aggregates<ProductState, ProductEvents, Decided>;

/**
 * Holds and gives back the stock of orders. An order of several products touches several documents without a transaction, and holds all of
 * them or none:
 *
 * 1. Each product's document notes what it holds for the order.
 * 2. The order's reservation is inserted last; the first insert decides for all products.
 * 3. Every write of a product is conditional on the product as it was read before the reservations ({@link lookAt}).
 *
 * So a step that is repeated, late or cut off by a crash finds its own note in the product, or the reservation, or loses the write. Products are
 * visited in the order of their ids, so that orders never wait for each other in a circle.
 */
export class Stock {
	constructor(
		private readonly products: Products,
		private readonly reservations: Collection<Reservation>,
	) {}

	/** Reserves the goods of a placed order. Safe to repeat, also after {@link cancel}. @throws Refusal; the step is repeated then */
	async reserve(orderId: string, ordered: readonly OrderedGoods[], requestId?: string): Promise<void> {
		const items = inOrder(ordered);
		const outcome = await this.holdAll(orderId, items, requestId);
		const { status } = await this.decide({ _id: orderId, status: outcome, items });
		if (status === "rejected" || status === "void") await this.letGoAll(orderId, items, requestId);
	}

	/** Gives back the goods of a cancelled order. Safe to repeat, also before {@link reserve}. @throws Refusal; the step is repeated then */
	async cancel(orderId: string, ordered: readonly OrderedGoods[], requestId?: string): Promise<void> {
		const items = inOrder(ordered);
		const reservation = await this.decide({ _id: orderId, status: "void", items });
		const { status } = reservation;
		if (status === "rejected" || status === "void") await this.letGoAll(orderId, items, requestId);
		if (status !== "reserved") return;
		for (const { productId, quantity } of items) {
			const line = { orderId, productId, quantity };
			await this.products.change(productId, (product, seen) => giveBack(product, line, seen), requestId, orderId);
		}
		// Where another write came first, it was a repeat of this step.
		await this.reservations.save({ ...reservation, status: "returned" }, reservation);
	}

	private async holdAll(
		orderId: string,
		items: readonly OrderedGoods[],
		requestId?: string,
	): Promise<"reserved" | "rejected"> {
		for (const [index, { productId, quantity }] of items.entries()) {
			const line = { orderId, productId, quantity, last: index === items.length - 1 };
			const product = await this.products.change(
				productId,
				(found, seen) => hold(found, line, seen),
				requestId,
				orderId,
			);
			// Not held: this product refuses the order, or the reservation is there already.
			if (product?.open[orderId]?.type !== "held") return "rejected";
		}
		return "reserved";
	}

	private async letGoAll(orderId: string, items: readonly OrderedGoods[], requestId?: string): Promise<void> {
		for (const { productId } of items) {
			await this.products.change(productId, (product, seen) => letGo(product, orderId, seen), requestId, orderId);
		}
	}

	/** Resolves with the reservation that was inserted first. */
	private async decide(decision: Omit<Reservation, "rev">): Promise<Reservation> {
		const load = () => this.reservations.load(decision._id);
		const decided = (await load()) ?? (await this.reservations.save(decision, undefined)) ?? (await load());
		// A majority of a replica set may not have the other insert yet.
		if (!decided) throw busy("STORE_UNAVAILABLE", "The reservation cannot be read yet.");
		return decided;
	}
}

/** Reads the reservations that decisions on a product need: of the orders that the commands are about, and of the product's open orders. */
export function lookAt(reservations: Collection<Reservation>) {
	return async (product: Saved<ProductState> | undefined, about: readonly string[]): Promise<Decided> => {
		const orderIds = new Set([...about, ...Object.keys(product?.open ?? {})]);
		const found = await Promise.all([...orderIds].map((orderId) => reservations.load(orderId)));
		return new Map(found.flatMap((reservation) => (reservation ? [[reservation._id, reservation.status]] : [])));
	};
}

function inOrder(items: readonly OrderedGoods[]): OrderedGoods[] {
	const byId = (a: OrderedGoods, b: OrderedGoods) => (a.productId < b.productId ? -1 : 1);
	return items.map(({ productId, quantity }) => ({ productId, quantity })).sort(byId);
}
