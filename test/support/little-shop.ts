import type { Books } from "../../operator/audit/rules";
import * as cart from "../../services/cart/cart.rules";
import { fold, foldProduct, isOrderFact, isProductFact } from "../../services/customer/customer.rules";
import { messageId, type Notable, note, sent } from "../../services/notification/notification.rules";
import * as catalogue from "../../services/order/order.product-copy";
import type { OrderFacts } from "../../services/order/order.events";
import * as orders from "../../services/order/order.rules";
import type { Outcome } from "../../services/payment/payment.processor";
import * as payments from "../../services/payment/payment.rules";
import type { JournalEntry } from "../../services/payment/processor.simulated";
import * as products from "../../services/product/product.rules";
import * as stock from "../../services/product/stock.rules";
import type { AggregateDocument, Saved } from "../../shared/aggregates/aggregates";
import { type Fact, factId } from "../../shared/events/event";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const card = { brand: "visa", last4: "4242" };
const currency = "KRW";

interface Decided {
	state: object;
	facts?: ReadonlyArray<{ type: string; data: unknown }>;
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
		facts: [],
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
		const starting = { paymentId, card, now: NOW, timeoutMs: 3_000 };
		this.write("order", this.books.orders, orderId, (found) => orders.startPayment(found, starting));
		this.charge({ paymentId, orderId, customerId, amount, card }, outcome);
		this.write("order", this.books.orders, orderId, (found) => {
			if (outcome === "captured") return orders.complete(found, paymentId, NOW);
			if (outcome === "unknown") return orders.tellPaying(found, paymentId, NOW);
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
		const attempt = this.order(orderId).attempt;
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

	/** A fact of an order that its rules would never tell. */
	tell(orderId: string, type: keyof OrderFacts, data: object): void {
		this.write("order", this.books.orders, orderId, (found) => ({ state: found!, facts: [{ type, data }] }));
	}

	/** Everybody hears everything, once. */
	hearAll(): Books {
		const { books } = this;
		// More is told while it is heard.
		for (let index = 0; index < books.facts.length; index++) this.hear(books.facts[index]!);
		books.consumers = [{ consumer: "cart", position: books.facts.length, newest: books.facts.length, retries: [] }];
		return books;
	}

	order(id: string): Saved<orders.OrderState> {
		return this.books.orders.find(({ _id }) => _id === id)!;
	}

	private hear(fact: Fact): void {
		const { books } = this;
		if (isProductFact(fact)) {
			this.write("customer", books.pageProducts, fact.subject, (found) => foldProduct(found, fact));
			const describes = fact.type === "product.added" || fact.type === "product.changed" ? fact.data : undefined;
			this.write("order", books.knownProducts, fact.subject, (found) =>
				describes ? catalogue.describe(found, describes, fact.sequence) : undefined,
			);
			this.write("order", books.knownProducts, fact.subject, (found) =>
				catalogue.count(found, fact.data.available, fact.sequence),
			);
		}
		if (isOrderFact(fact)) {
			const { orderId } = fact.data;
			this.write("customer", books.pageOrders, orderId, (found) => fold(found, fact));
			this.write("cart", books.cartEntries, orderId, (found) => {
				if (fact.type === "order.placed") return cart.accept(found, fact.data, Date.parse(fact.time));
				if (fact.type === "order.completed") return cart.leave(found, fact.data, "accepted");
				return fact.type === "order.cancelled" ? cart.leave(found, fact.data, "cancelled") : undefined;
			});
		}
		if (["order.placed", "order.completed", "order.cancelled", "payment.refunded"].includes(fact.type)) {
			const id = messageId(fact.id);
			this.write("notification", books.messages, id, (found) => note(found, fact as Notable, NOW));
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
		teller: string,
		documents: Array<Saved<State>>,
		id: string,
		decide: (found: Saved<State> | undefined) => Decided | undefined,
	): void {
		const found = documents.find(({ _id }) => _id === id);
		const change = decide(found);
		if (!change) return;
		const facts = change.facts ?? [];
		const version = found?.version ?? 0;
		const saved = { ...change.state, _id: id, rev: (found?.rev ?? 0) + 1, version: version + facts.length };
		if (found) documents.splice(documents.indexOf(found), 1);
		documents.push(JSON.parse(JSON.stringify(saved)) as Saved<State> & AggregateDocument);
		facts.forEach(({ type, data }, index) => {
			const sequence = version + index + 1;
			this.books.facts.push({
				specversion: "1.0",
				id: factId(teller, id, sequence),
				source: `/funshop/${teller}`,
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
