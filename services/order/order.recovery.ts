import type { Logger } from "moleculer";
import type { Saved } from "../../shared/aggregates/aggregate";
import type { Card } from "../../shared/domain/cards";
import { busy, isTransient } from "../../shared/domain/refusals";
import { type CloudEvent, eventId } from "../../shared/events/event";
import type { EventHistory } from "../../shared/events/event-bus";
import { eventValidator } from "../../shared/events/event-validation";
import type { Collection, Stored } from "../../shared/store/store";
import { waitUntilThere } from "../../shared/timing/wait-until-there";
import { PaymentEvents } from "../payment/payment.events";
import { ProductEvents } from "../product/product.events";
import { OrderEvents } from "./order.events";
import { type OrderEvent, restore } from "./order.history.rules";
import type { OrderState } from "./order.rules";

/** Events that are handled again at the same time. */
const CHUNK = 64;
const MAX_CONFLICTS = 10;
/** The mark of a recovery that has begun and not ended. */
const MARK = "recovery";

const isValid = eventValidator({ ...OrderEvents, ...PaymentEvents, ...ProductEvents });

export interface RecoveryOptions {
	orders: Collection<Saved<OrderState>>;
	/** Holds {@link MARK}, so that a recovery that was cut off is begun again. */
	marks: Collection<Stored>;
	bus: EventHistory;
	logger: Logger;
	expiresAfterMs: number;
}

interface Reaction {
	react(event: CloudEvent): Promise<unknown>;
}

/**
 * Brings order's documents up to date where its store is older than the event log, as after it was restored from a copy. An event is published
 * only after its document is on disk, so a document behind the newest event shows that. Orders are restored from their own events first; then
 * the events of other services, which order had handled before, are handled again. Every step may be repeated, also by several processes.
 * Events that the log has removed because of their age show and restore nothing; each event says the whole situation of its order, so a later one is enough
 * for an order that the store has.
 */
export class Recovery {
	/** Order's reactions to events of other services, by event type. */
	reactions: Readonly<Record<string, Reaction>> = {};
	private isStopping = false;

	constructor(private readonly options: RecoveryOptions) {}

	/** Resolves once the documents are up to date; waits while the bus or the store is away. */
	async start(): Promise<void> {
		const { logger } = this.options;
		await waitUntilThere({
			attempt: () => this.recover(),
			isOver: () => this.isStopping,
			onFailure: (error) => logger.warn("Comparing order's store with the event log failed and is tried again", error),
		});
	}

	async stop(): Promise<void> {
		this.isStopping = true;
	}

	private async recover(): Promise<void> {
		const { marks, logger } = this.options;
		let mark = await marks.load(MARK);
		if (!mark && !(await this.isOutdated())) return;
		logger.warn("Order's store is older than the event log, and is brought up to date from it");
		mark ??= (await marks.save({ _id: MARK }, undefined)) ?? (await marks.load(MARK));
		const restored = await this.restoreAll();
		const handled = await this.reactAgain();
		if (mark) await marks.remove(mark);
		logger.warn(`Order's store is up to date: ${restored} order(s) restored, ${handled} event(s) handled again`);
	}

	private async isOutdated(): Promise<boolean> {
		const newest = await this.options.bus.newest(Object.keys(OrderEvents));
		if (!newest || !isOwn(newest)) return false;
		const order = await this.options.orders.load(newest.subject);
		return (order?.version ?? 0) < newest.sequence;
	}

	/** Resolves with the number of orders that were behind their events. */
	private async restoreAll(): Promise<number> {
		const missed = new Map<string, OrderEvent[]>();
		for await (const event of this.read(OrderEvents)) {
			if (!isOwn(event)) continue;
			const order = await this.options.orders.load(event.subject);
			if (event.sequence <= (order?.version ?? 0)) continue;
			missed.set(event.subject, [...(missed.get(event.subject) ?? []), event as OrderEvent]);
		}
		const cards = new Map<string, Card>();
		const approved = { "payment.approved": PaymentEvents["payment.approved"] };
		for await (const { data } of this.read(approved)) {
			const { orderId, paymentId, card } = data as PaymentEvents["payment.approved"];
			if (missed.has(orderId)) cards.set(paymentId, card);
		}
		for (const [id, events] of missed) await this.restoreOne(id, events, cards);
		return missed.size;
	}

	private async restoreOne(id: string, events: OrderEvent[], cards: ReadonlyMap<string, Card>): Promise<void> {
		const { orders, expiresAfterMs, logger } = this.options;
		for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
			const found = await orders.load(id);
			const { version = 0, outbox, unsentSince } = found ?? {};
			const missed = events.filter(({ sequence }) => sequence > version).sort((a, b) => a.sequence - b.sequence);
			const last = missed.at(-1);
			if (!last) return;
			let state: OrderState | undefined = found;
			for (const event of missed) state = restore(state, event, { cards, expiresAfterMs });
			if (!state)
				return void logger.error(`Order ${id} cannot be restored: the event log does not say how it was placed`);
			if (await orders.save({ ...state, _id: id, version: last.sequence, outbox, unsentSince }, found)) return;
		}
		throw busy("AGGREGATE_BUSY", `Others are changing order ${id}.`);
	}

	/** Resolves with the number of events of other services that were handled again. */
	private async reactAgain(): Promise<number> {
		const { reactions } = this;
		let handled = 0;
		let chunk: CloudEvent[] = [];
		const react = async () => {
			await Promise.all(chunk.map((event) => this.reactTo(event, reactions[event.type]!)));
			handled += chunk.length;
			chunk = [];
		};
		for await (const event of this.read(reactions)) if (chunk.push(event) === CHUNK) await react();
		await react();
		return handled;
	}

	/** @throws Error where handling may succeed later */
	private async reactTo(event: CloudEvent, { react }: Reaction): Promise<void> {
		try {
			await react(event);
		} catch (error) {
			if (isTransient(error)) throw error;
			this.options.logger.error(`Order could not handle ${event.type} ${event.id} again`, error);
		}
	}

	private async *read(types: Readonly<Record<string, unknown>>): AsyncIterable<CloudEvent> {
		for await (const event of this.options.bus.history(Object.keys(types))) {
			if (this.isStopping) throw busy("SERVICE_STOPPING", "The service stops.");
			if (isValid(event)) yield event;
		}
	}
}

function isOwn({ id, subject, sequence }: CloudEvent): boolean {
	return id === eventId("order", subject, sequence);
}
