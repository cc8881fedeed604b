import type { Books } from "../../operator/audit/rules";
import * as cart from "../../services/cart/cart.rules";
import { fold, foldProduct, isOrderEvent, isProductEvent } from "../../services/customer/customer.rules";
import { messageId, type Notable, note, sent } from "../../services/notification/notification.rules";
import * as catalogue from "../../services/order/order.product-copy";
import type { OrderEvents } from "../../services/order/order.events";
import * as orders from "../../services/order/order.rules";
import type { Outcome } from "../../services/payment/payment.processor";
import * as payments from "../../services/payment/payment.rules";
import type { JournalEntry } from "../../services/payment/processor.simulated";
import * as products from "../../services/product/product.rules";
import * as stock from "../../services/product/stock.rules";
import { type CloudEvent, eventId } from "../../shared/events/event";
import type { AggregateDocument, Saved } from "../../shared/aggregates/aggregate";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const card = { brand: "visa", last4: "4242" };
const currency = "KRW";

interface Decided {
	state: object;
	events?: ReadonlyArray<{ type: string; data: unknown }>;
}

/** The shop's books as its rules write them, without a broker, a store or a clock: everything is heard at once by {@link hearAll}. */
export class LittleShop {
	readonly books: Books = {
		orders: [],
		knownProducts: [],
		attempts: [],
		journal: [],
		products: [],
		reservations: [],
		cartEntries: [],
		pageOrders: [],
		pageProducts: [],
		messages: [],
		events: [],
		consumers: [],
		deadLetters: [],
		now: NOW,
	};

	add(id: string, available: number): void {
		const product = { name: id, price: { amount: 100, currency }, stock: available };
		this.write("product", this.books.products, id, (found) => products.add(found, id, product, NOW));
	}

	/** Placed, and reserved where there is enough. */
	place(orderId: string, quantities: Record<string, number>): void {
		const items = Object.entries(quantities).map(([productId, quantity]) => ({
			productId,
			name: productId,
			quantity,
			unitPrice: { amount: 100, currency },
		}));
		const placing = { orderId, customerId: "alice", items, currency, expiresAfterMs: 60_000, now: NOW };
		this.write("order", this.books.orders, orderId, (found) => orders.place(found, placing));
		this.reserve(orderId, items);
	}

	/** Pays, and tells what came of it; "unknown": the processor has captured, and nobody knows. */
	pay(orderId: string, paymentId: string, outcome: Outcome["status"] | "unknown"): void {
		const { customerId, total: amount } = this.order(orderId);
		const starting = { requestId: `for ${paymentId}`, paymentId, card, now: NOW, timeoutMs: 3_000 };
		this.write("order", this.books.orders, orderId, (found) => orders.startPayment(found, starting));
		this.charge({ paymentId, orderId, customerId, amount, card }, outcome);
		this.write("order", this.books.orders, orderId, (found) => {
			if (outcome === "captured") return orders.complete(found, paymentId, NOW);
			if (outcome === "unknown") return orders.publishPaying(found, paymentId, NOW);
			return orders.closeAttempt(found, paymentId, NOW);
		});
	}

	/** An attempt as payment and the card processor know it. */
	charge(asked: payments.Asked, outcome: Outcome["status"] | "unknown"): void {
		const { attempts } = this.books;
		this.write("payment", attempts, asked.paymentId, (found) => payments.open(found, asked, NOW, NOW + 3_000));
		this.enter(asked, outcome === "unknown" ? "captured" : outcome);
		const decision: Outcome =
			outcome === "declined" ? { status: outcome, code: "CARD_DECLINED" } : { status: outcome as "captured" };
		this.write("payment", attempts, asked.paymentId, (found) =>
			outcome === "unknown" ? payments.delay(found, NOW) : payments.record(found, decision, NOW),
		);
	}

	/** Cancelled, its stock given back and, unless it is told to wait, its payment refunded. */
	cancel(orderId: string, refund: "at once" | "later" = "at once"): void {
		this.write("order", this.books.orders, orderId, (found) => orders.cancel(found, { by: "customer", now: NOW }));
		this.giveBack(orderId);
		const order = this.order(orderId);
		const attempt = order.status === "cancelled" ? order.attempt : undefined;
		if (attempt) this.wantRefund(attempt.paymentId);
		if (attempt && refund === "at once") this.refund(orderId, attempt.paymentId);
	}

	wantRefund(paymentId: string): void {
		this.write("payment", this.books.attempts, paymentId, (found) => payments.wantRefund(found, NOW));
	}

	refund(orderId: string, paymentId: string): void {
		const { attempts } = this.books;
		const attempt = attempts.find(({ _id }) => _id === paymentId)!;
		this.write("payment", attempts, paymentId, (found) => payments.record(found, { status: "captured" }, NOW));
		this.enter(attempt, "refunded");
		this.write("payment", attempts, paymentId, payments.refunded);
		this.write("order", this.books.orders, orderId, (found) => orders.refunded(found, paymentId, NOW));
	}

	/** An event of an order that its rules would never tell. */
	tell(orderId: string, type: keyof OrderEvents, data: object): void {
		this.write("order", this.books.orders, orderId, (found) => ({ state: found!, events: [{ type, data }] }));
	}

	/** Everybody hears everything, once. */
	hearAll(): Books {
		const { books } = this;
		// More is told while it is heard.
		for (let index = 0; index < books.events.length; index++) this.hear(books.events[index]!);
		books.consumers = [{ consumer: "cart", position: books.events.length, newest: books.events.length, retries: [] }];
		return books;
	}

	order(id: string): Saved<orders.OrderState> {
		return this.books.orders.find(({ _id }) => _id === id)!;
	}

	private hear(event: CloudEvent): void {
		const { books } = this;
		if (isProductEvent(event)) {
			this.write("customer", books.pageProducts, event.subject, (found) => foldProduct(found, event));
			const describes = event.type === "product.added" || event.type === "product.changed" ? event.data : undefined;
			this.write("order", books.knownProducts, event.subject, (found) =>
				describes ? catalogue.describe(found, describes, event.sequence) : undefined,
			);
			this.write("order", books.knownProducts, event.subject, (found) =>
				catalogue.count(found, event.data.available, event.sequence),
			);
		}
		if (isOrderEvent(event)) {
			const { orderId } = event.data;
			this.write("customer", books.pageOrders, orderId, (found) => fold(found, event));
			this.write("cart", books.cartEntries, orderId, (found) => {
				if (event.type === "order.placed") return cart.accept(found, event.data, Date.parse(event.time));
				if (event.type === "order.completed") return cart.leave(found, event.data, "accepted");
				return event.type === "order.cancelled" ? cart.leave(found, event.data, "cancelled") : undefined;
			});
		}
		if (["order.placed", "order.completed", "order.cancelled", "payment.refunded"].includes(event.type)) {
			const id = messageId(event.id);
			this.write("notification", books.messages, id, (found) => note(found, event as Notable, NOW));
			this.write("notification", books.messages, id, sent);
		}
	}

	private reserve(orderId: string, items: ReadonlyArray<{ productId: string; quantity: number }>): void {
		const held = items.every(({ productId, quantity }, index) => {
			const line = { orderId, productId, quantity, last: index === items.length - 1 };
			this.write("product", this.books.products, productId, (found) => stock.hold(found, line, this.decided()));
			return this.books.products.find(({ _id }) => _id === productId)!.open[orderId]?.type === "held";
		});
		this.books.reservations.push({ _id: orderId, rev: 1, status: held ? "reserved" : "rejected", items: [...items] });
		if (held) return void this.write("order", this.books.orders, orderId, orders.stockReserved);
		for (const { productId } of items) {
			this.write("product", this.books.products, productId, (found) => stock.letGo(found, orderId, this.decided()));
		}
		this.write("order", this.books.orders, orderId, (found) => orders.cancelOutOfStock(found, NOW));
	}

	private giveBack(orderId: string): void {
		const reservation = this.books.reservations.find(({ _id }) => _id === orderId)!;
		for (const { productId, quantity } of reservation.items) {
			const line = { orderId, productId, quantity };
			this.write("product", this.books.products, productId, (found) => stock.giveBack(found, line, this.decided()));
		}
		reservation.status = "returned";
	}

	private decided(): stock.Decided {
		return new Map(this.books.reservations.map(({ _id, status }) => [_id, status]));
	}

	private enter({ paymentId, orderId, amount }: payments.Asked, type: JournalEntry["type"]): void {
		const { journal } = this.books;
		journal.push({ seq: journal.length + 1, at: new Date(NOW).toISOString(), type, paymentId, orderId, amount, card });
	}

	private write<State extends object>(
		publisher: string,
		documents: Array<Saved<State>>,
		id: string,
		decide: (found: Saved<State> | undefined) => Decided | undefined,
	): void {
		const found = documents.find(({ _id }) => _id === id);
		const change = decide(found);
		if (!change) return;
		const events = change.events ?? [];
		const version = found?.version ?? 0;
		const saved = { ...change.state, _id: id, rev: (found?.rev ?? 0) + 1, version: version + events.length };
		if (found) documents.splice(documents.indexOf(found), 1);
		documents.push(JSON.parse(JSON.stringify(saved)) as Saved<State> & AggregateDocument);
		events.forEach(({ type, data }, index) => {
			const sequence = version + index + 1;
			this.books.events.push({
				specversion: "1.0",
				id: eventId(publisher, id, sequence),
				source: `/funshop/${publisher}`,
				type,
				subject: id,
				sequence,
				time: new Date(NOW).toISOString(),
				datacontenttype: "application/json",
				data: JSON.parse(JSON.stringify(data)) as unknown,
			});
		});
	}
}
