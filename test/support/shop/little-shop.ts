import type { AuditSnapshot } from "../../../operator/audit/difference";
import * as cart from "../../../services/cart/cart.rules";
import { fold, foldProduct, isOrderEvent, isProductEvent } from "../../../services/customer/customer.rules";
import { messageId, type Notable, note, sent } from "../../../services/notification/notification.rules";
import * as catalogue from "../../../services/order/order.product-copy";
import type { OrderEvents } from "../../../services/order/order.events";
import * as orders from "../../../services/order/order.rules";
import type { Outcome } from "../../../services/payment/payment.processor";
import * as payments from "../../../services/payment/payment.rules";
import type { JournalEntry } from "../../../services/payment/processor.simulated";
import * as products from "../../../services/product/product.rules";
import * as stock from "../../../services/product/stock.rules";
import { type CloudEvent, eventId } from "../../../shared/events/event";
import type { AggregateDocument, Saved } from "../../../shared/aggregates/aggregate";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const card = { brand: "visa", last4: "4242" };
const currency = "KRW";

interface Decided {
	state: object;
	events?: ReadonlyArray<{ type: string; data: unknown }>;
}

/** Builds the snapshot of a shop with the shop's own rules, without a broker, a store or a clock; {@link handleAll} handles its events. */
export class LittleShop {
	readonly snapshot: AuditSnapshot = {
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

	/** When commands are carried out, in milliseconds since 1970; tests move it forward. */
	now = NOW;

	add(id: string, available: number): void {
		const product = { name: id, price: { amount: 100, currency }, stock: available };
		this.write("product", this.snapshot.products, id, (found) => products.add(found, id, product, this.now));
	}

	/** Places an order and reserves its goods; cancels it where stock is short. */
	place(orderId: string, quantities: Record<string, number>): void {
		const items = Object.entries(quantities).map(([productId, quantity]) => ({
			productId,
			name: productId,
			quantity,
			unitPrice: { amount: 100, currency },
		}));
		const placing = { orderId, customerId: "alice", items, currency, expiresAfterMs: 60_000, now: this.now };
		this.write("order", this.snapshot.orders, orderId, (found) => orders.place(found, placing));
		this.reserve(orderId, items);
	}

	/** Pays an order; "unknown": the processor has captured, and its answer was lost. */
	pay(orderId: string, paymentId: string, outcome: Outcome["status"] | "unknown"): void {
		const { customerId, total: amount } = this.order(orderId);
		const starting = {
			requestId: `for ${paymentId}`,
			paymentId,
			card,
			now: this.now,
			timeoutMs: 3_000,
			reservedMeanwhile: false,
		};
		this.write("order", this.snapshot.orders, orderId, (found) => orders.startPayment(found, starting));
		this.charge({ paymentId, orderId, customerId, amount, card }, outcome);
		this.write("order", this.snapshot.orders, orderId, (found) => {
			if (outcome === "captured") return orders.complete(found, { paymentId, card }, this.now);
			if (outcome === "unknown") return orders.publishPaying(found, paymentId, this.now);
			return orders.closeAttempt(found, paymentId, this.now);
		});
	}

	/** An attempt, as the payment service and the payment processor store it. */
	charge(asked: payments.Asked, outcome: Outcome["status"] | "unknown"): void {
		const { attempts } = this.snapshot;
		this.write("payment", attempts, asked.paymentId, (found) =>
			payments.open(found, asked, this.now, this.now + 3_000),
		);
		this.enter(asked, outcome === "unknown" ? "captured" : outcome);
		const decision: Outcome =
			outcome === "declined" ? { status: outcome, code: "CARD_DECLINED" } : { status: outcome as "captured" };
		this.write("payment", attempts, asked.paymentId, (found) =>
			outcome === "unknown" ? payments.delay(found, this.now) : payments.record(found, decision, this.now),
		);
	}

	/** Cancels an order, gives back its stock, and refunds its payment at once or only marks it for a refund. */
	cancel(orderId: string, refund: "at once" | "later" = "at once"): void {
		this.write("order", this.snapshot.orders, orderId, (found) =>
			orders.cancel(found, { by: "customer", now: this.now }),
		);
		this.giveBack(orderId);
		const order = this.order(orderId);
		const attempt = order.status === "cancelled" ? order.attempt : undefined;
		if (attempt) this.wantRefund(attempt.paymentId);
		if (attempt && refund === "at once") this.refund(orderId, attempt.paymentId);
	}

	wantRefund(paymentId: string): void {
		this.write("payment", this.snapshot.attempts, paymentId, (found) => payments.wantRefund(found, this.now));
	}

	refund(orderId: string, paymentId: string): void {
		const { attempts } = this.snapshot;
		const attempt = attempts.find(({ _id }) => _id === paymentId)!;
		this.write("payment", attempts, paymentId, (found) => payments.record(found, { status: "captured" }, this.now));
		this.enter(attempt, "refunded");
		this.write("payment", attempts, paymentId, payments.refunded);
		this.write("order", this.snapshot.orders, orderId, (found) => orders.refunded(found, paymentId));
	}

	/** Publishes an event of an order that its rules would never decide. */
	publish(orderId: string, type: keyof OrderEvents, data: object): void {
		this.write("order", this.snapshot.orders, orderId, (found) => ({ state: found!, events: [{ type, data }] }));
	}

	/** Each service handles each event once. */
	handleAll(): AuditSnapshot {
		const { snapshot } = this;
		// Handling an event may publish more of them.
		for (let index = 0; index < snapshot.events.length; index++) this.handle(snapshot.events[index]!);
		snapshot.consumers = [
			{
				consumer: "cart",
				position: snapshot.events.length,
				newest: snapshot.events.length,
				retries: [],
				isRunning: true,
			},
		];
		return snapshot;
	}

	order(id: string): Saved<orders.OrderState> {
		return this.snapshot.orders.find(({ _id }) => _id === id)!;
	}

	private handle(event: CloudEvent): void {
		const { snapshot } = this;
		if (isProductEvent(event)) {
			this.write("customer", snapshot.pageProducts, event.subject, (found) => foldProduct(found, event));
			const describes = event.type === "product.added" || event.type === "product.changed" ? event.data : undefined;
			this.write("order", snapshot.knownProducts, event.subject, (found) =>
				describes ? catalogue.describe(found, describes, event.sequence) : undefined,
			);
			this.write("order", snapshot.knownProducts, event.subject, (found) =>
				catalogue.count(found, event.data.available, event.sequence),
			);
		}
		if (isOrderEvent(event)) {
			const { orderId } = event.data;
			this.write("customer", snapshot.pageOrders, orderId, (found) => fold(found, event));
			this.write("cart", snapshot.cartEntries, orderId, (found) => {
				if (event.type === "order.placed") return cart.accept(found, event.data, Date.parse(event.time));
				if (event.type === "order.completed") return cart.leave(found, event.data, "accepted");
				return event.type === "order.cancelled" ? cart.leave(found, event.data, "cancelled") : undefined;
			});
		}
		if (["order.placed", "order.completed", "order.cancelled", "payment.refunded"].includes(event.type)) {
			const id = messageId(event.id);
			this.write("notification", snapshot.messages, id, (found) => note(found, event as Notable, this.now, "due"));
			this.write("notification", snapshot.messages, id, sent);
		}
	}

	private reserve(orderId: string, items: ReadonlyArray<{ productId: string; quantity: number }>): void {
		const held = items.every(({ productId, quantity }, index) => {
			const line = { orderId, productId, quantity, last: index === items.length - 1 };
			this.write("product", this.snapshot.products, productId, (found) => stock.hold(found, line, this.decided()));
			return this.snapshot.products.find(({ _id }) => _id === productId)!.open[orderId]?.type === "held";
		});
		this.snapshot.reservations.push({
			_id: orderId,
			rev: 1,
			status: held ? "reserved" : "rejected",
			items: [...items],
		});
		if (held) return void this.write("order", this.snapshot.orders, orderId, orders.stockReserved);
		for (const { productId } of items) {
			this.write("product", this.snapshot.products, productId, (found) => stock.letGo(found, orderId, this.decided()));
		}
		this.write("order", this.snapshot.orders, orderId, (found) =>
			orders.cancelOutOfStock(found, { productId: items[0]!.productId, available: 0 }, this.now),
		);
	}

	private giveBack(orderId: string): void {
		const reservation = this.snapshot.reservations.find(({ _id }) => _id === orderId)!;
		for (const { productId, quantity } of reservation.items) {
			const line = { orderId, productId, quantity };
			this.write("product", this.snapshot.products, productId, (found) => stock.giveBack(found, line, this.decided()));
		}
		reservation.status = "returned";
	}

	private decided(): stock.Decided {
		return new Map(this.snapshot.reservations.map(({ _id, status }) => [_id, status]));
	}

	private enter({ paymentId, orderId, amount }: payments.Asked, type: JournalEntry["type"]): void {
		const { journal } = this.snapshot;
		journal.push({
			seq: journal.length + 1,
			at: new Date(this.now).toISOString(),
			type,
			paymentId,
			orderId,
			amount,
			card,
		});
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
			this.snapshot.events.push({
				specversion: "1.0",
				id: eventId(publisher, id, sequence),
				source: `/funshop/${publisher}`,
				type,
				subject: id,
				sequence,
				time: new Date(this.now).toISOString(),
				datacontenttype: "application/json",
				data: JSON.parse(JSON.stringify(data)) as unknown,
			});
		});
	}
}
