import type * as fc from "fast-check";
import type { Logger } from "moleculer";
import type { ProductEvents } from "../../../services/product/product.events";
import { change, type ProductState } from "../../../services/product/product.rules";
import { lookAt, type Products, Stock } from "../../../services/product/stock.process";
import type { Decided, OrderedGoods, Reservation } from "../../../services/product/stock.rules";
import { Aggregates } from "../../../shared/aggregates/aggregates";
import type { EventBus, Published } from "../../../shared/events/event-bus";
import type { CloudEvent } from "../../../shared/events/event";
import { isTransient } from "../../../shared/domain/refusals";
import type { Collection, Stored, Unsaved } from "../../../shared/store/store";
import type { Saved } from "../../../shared/aggregates/aggregate";

export const product = (available: number, open: ProductState["open"] = {}): Saved<ProductState> => ({
	_id: "p1",
	rev: 1,
	version: 1,
	name: "Tea",
	price: { amount: 100, currency: "KRW" },
	available,
	createdAt: 0,
	open,
});

export interface Message {
	kind: "placed" | "cancelled" | "restocked";
	/** The number of an order, or of a product. */
	target: number;
}

export interface Plan {
	stock: number[];
	/** The quantity of each product in each order; a product with 0 is not in the order. */
	orders: number[][];
	messages: Message[];
	/** The numbers of the steps at which the process that makes them is killed, counted over all processes. */
	crashes: number[];
	/** Steps that take as long as many others. */
	stalls: number[];
}

const STALLED_TURNS = 60;

/** A process that handles events. After a kill its steps stop, and its unfinished events are delivered again. */
export class Process {
	alive = true;
	kill!: () => void;
	readonly killed = new Promise<never>((_, reject) => {
		this.kill = () => {
			this.alive = false;
			reject(new Error("killed"));
		};
	});

	constructor() {
		this.killed.catch(() => undefined);
	}
}

/** The stores and the bus of two processes. Each access is a step, which the scheduler puts anywhere among those of the other process. */
export class World {
	readonly products = new Map<string, Saved<ProductState>>();
	readonly reservations = new Map<string, Reservation>();
	/** The events that were saved with a state, by id. */
	readonly saved = new Map<string, CloudEvent>();
	readonly published = new Map<string, CloudEvent>();
	private steps = 0;

	constructor(
		private readonly scheduler: fc.Scheduler,
		private readonly plan: Plan,
	) {
		plan.stock.forEach((available, index) => {
			this.products.set(`p${index}`, { ...product(available), _id: `p${index}`, version: 0 });
		});
	}

	start(process: Process): { products: Products; stock: Stock } {
		const reservations = this.collection(process, this.reservations);
		const products: Products = new Aggregates<ProductState, ProductEvents, Decided>({
			collection: this.collection(process, this.products),
			clock: { now: () => 0 },
			publishing: {
				publisher: "product",
				outbox: {
					sent: undefined as never,
					bus: {
						mayLoseForMs: 0,
						onReturn: () => undefined,
						publish: (events: readonly CloudEvent[]) => this.publish(process, events),
					} as unknown as EventBus,
					logger: { warn: () => undefined } as unknown as Logger,
				},
			},
			look: lookAt(reservations),
		});
		return { products, stock: new Stock(products, reservations) };
	}

	items(order: number): OrderedGoods[] {
		return this.plan.orders[order]!.flatMap((quantity, index) =>
			quantity ? [{ productId: `p${index}`, quantity }] : [],
		);
	}

	private async publish(process: Process, events: readonly CloudEvent[]): Promise<Published> {
		await this.step(process, () => events.forEach((event) => this.published.set(event.id, event)));
		return { added: events.length, marks: [], taken: [] };
	}

	private collection<D extends Stored>(process: Process, documents: Map<string, D>): Collection<D> {
		return {
			load: (id) => this.step(process, () => structuredClone(documents.get(id))),
			save: (next, previous) => this.step(process, () => this.save(documents, next, previous)),
		} as Collection<D>;
	}

	private save<D extends Stored>(documents: Map<string, D>, next: Unsaved<D>, previous: D | undefined): D | undefined {
		if (documents.get(next._id)?.rev !== previous?.rev) return undefined;
		const stored = structuredClone({ ...next, rev: (previous?.rev ?? 0) + 1 }) as D;
		documents.set(stored._id, stored);
		const { available, outbox } = stored as Partial<Saved<ProductState>>;
		if (available !== undefined && available < 0) throw new Error("oversold");
		for (const event of outbox ?? []) this.saved.set(event.id, event);
		return structuredClone(stored);
	}

	/** Lets other processes run before and after the effect; the process can be killed at either point. */
	private async step<T>(process: Process, effect: () => T): Promise<T> {
		await this.turn(process);
		const result = effect();
		await this.turn(process);
		return result;
	}

	private async turn(process: Process): Promise<void> {
		const step = ++this.steps;
		const turns = this.plan.stalls.includes(step) ? STALLED_TURNS : 1;
		for (let turn = 0; turn < turns && process.alive; turn++) await this.scheduler.schedule(Promise.resolve());
		if (this.plan.crashes.includes(step)) process.kill();
		if (!process.alive) await new Promise<never>(() => undefined);
	}
}

/** Runs two processes at a time, and delivers every message until one of them has handled it. */
export async function run(plan: Plan, scheduler: fc.Scheduler): Promise<World> {
	const world = new World(scheduler, plan);
	const start = () => {
		const process = new Process();
		return { process, ...world.start(process) };
	};
	const running = [start(), start()];
	const deliver = async ({ kind, target }: Message, index: number) => {
		await scheduler.schedule(Promise.resolve());
		for (;;) {
			if (!running[index % 2]!.process.alive) running[index % 2] = start();
			const { process, products, stock } = running[index % 2]!;
			const act = async () => {
				if (kind === "placed") await stock.reserve(`o${target}`, world.items(target));
				else if (kind === "cancelled") await stock.cancel(`o${target}`, world.items(target));
				else await products.change(`p${target}`, (found) => change(found, `p${target}`, { stock: target + 1 }));
			};
			try {
				return await Promise.race([act(), process.killed]);
			} catch (error) {
				if (process.alive && !isTransient(error)) throw error;
			}
		}
	};
	await scheduler.waitFor(Promise.all(plan.messages.map(deliver)));
	return world;
}
