import type { Aggregates } from "../../shared/aggregates/aggregates";
import { busy } from "../../shared/domain/refusals";
import type { Collection } from "../../shared/store/store";
import type { ProductEvents } from "./product.events";
import type { ProductState } from "./product.rules";
import { type Decided, giveBack, hold, letGo, type OrderedGoods, type Reservation } from "./stock.rules";
import type { Saved } from "../../shared/aggregates/aggregate";

export type Products = Aggregates<ProductState, ProductEvents, Decided>;

/**
 * Stock of orders that need several products, each a document of its own: all of an order is held, or nothing.
 *
 * An order's reservation is inserted only after each product's part, and that insert is the decision. Whoever writes a product has read
 * it first, then the reservations that matter to it ({@link lookAt}), and writes only if nobody has written the product since. A step
 * that is repeated, late, or was cut off by a crash therefore sees its own entry in the product, or the reservation, or
 * loses the write. Products are visited in the order of their ids, so that orders wait for one another in one direction only.
 */
export class Stock {
	constructor(
		private readonly products: Products,
		private readonly reservations: Collection<Reservation>,
	) {}

	/** An order is placed. Safe to repeat, also after {@link cancel}. @throws Refusal, then to be repeated */
	async reserve(orderId: string, ordered: readonly OrderedGoods[], requestId?: string): Promise<void> {
		const items = inOrder(ordered);
		const outcome = await this.holdAll(orderId, items, requestId);
		const { status } = await this.decide({ _id: orderId, status: outcome, items });
		if (status === "rejected" || status === "void") await this.letGoAll(orderId, items, requestId);
	}

	/** An order is cancelled. Safe to repeat, also before {@link reserve}. @throws Refusal, then to be repeated */
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
		const returned = await this.reservations.save({ ...reservation, status: "returned" }, reservation);
		// Where this loses, a repeat has written the same; or "reserved" was lost, and was written again.
		const { status: is } = returned ?? (await this.reservations.load(orderId)) ?? {};
		if (is !== "returned") throw lost();
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
			// Anything but "held", and the order is decided: here, or by the reservation that is there already.
			if (product?.open[orderId]?.type !== "held") return "rejected";
		}
		return "reserved";
	}

	private async letGoAll(orderId: string, items: readonly OrderedGoods[], requestId?: string): Promise<void> {
		for (const { productId } of items) {
			await this.products.change(productId, (product, seen) => letGo(product, orderId, seen), requestId, orderId);
		}
	}

	/** Resolves with the decision that stands: this one, or the one that came first. */
	private async decide(decision: Omit<Reservation, "rev">): Promise<Reservation> {
		const load = () => this.reservations.load(decision._id);
		const decided = (await load()) ?? (await this.reservations.save(decision, undefined)) ?? (await load());
		if (!decided) throw lost();
		return decided;
	}
}

/** What decisions on a product need to know of reservations: of the orders that they are about, and of those it has open. */
export function lookAt(reservations: Collection<Reservation>) {
	return async (product: Saved<ProductState> | undefined, about: readonly string[]): Promise<Decided> => {
		const orderIds = new Set([...about, ...Object.keys(product?.open ?? {})]);
		const found = await Promise.all([...orderIds].map((orderId) => reservations.load(orderId)));
		return new Map(found.flatMap((reservation) => (reservation ? [[reservation._id, reservation.status]] : [])));
	};
}

/** A database that was killed had shown a reservation that it had not kept. */
function lost() {
	return busy("STORE_UNAVAILABLE", "The reservation was lost, and has to be read again.");
}

function inOrder(items: readonly OrderedGoods[]): OrderedGoods[] {
	const byId = (a: OrderedGoods, b: OrderedGoods) => (a.productId < b.productId ? -1 : 1);
	return items.map(({ productId, quantity }) => ({ productId, quantity })).sort(byId);
}
