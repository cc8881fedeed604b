import fc from "fast-check";
import type { Logger } from "moleculer";
import { Aggregates, type Saved } from "../../shared/aggregates";
import type { Carrier } from "../../shared/carrier";
import type { Fact } from "../../shared/facts";
import { isTransient } from "../../shared/refusals";
import type { Collection, Stored, Unsaved } from "../../shared/store";
import type { ProductFacts } from "../../services/product/product.events";
import { change, type ProductState } from "../../services/product/product.rules";
import { lookAt, type Products, Stock } from "../../services/product/stock.process";
import * as rules from "../../services/product/stock.rules";
import type { Decided, OrderedGoods, Reservation } from "../../services/product/stock.rules";

const product = (available: number, open: ProductState["open"] = {}): Saved<ProductState> => ({
	_id: "p1",
	rev: 1,
	version: 1,
	name: "Tea",
	price: { amount: 100, currency: "KRW" },
	available,
	createdAt: 0,
	open,
});
const line = { orderId: "o1", productId: "p1", quantity: 2 };
const moved = { productId: "p1", orderId: "o1", quantity: 2 };
const undecided: Decided = new Map();
const decided = (status: Reservation["status"], orderId = "o1"): Decided => new Map([[orderId, status]]);
const held = { o1: { type: "held", quantity: 2 } } as const;

describe("an order's goods that are in stock", () => {
	it("are held, and it is told whether they are the last that the order needs", () => {
		expect(rules.hold(product(5), { ...line, last: true }, undecided)).toMatchObject({
			state: { available: 3, open: held },
			facts: [{ type: "stock.reserved", data: { ...moved, available: 3, complete: true } }],
		});
		expect(rules.hold(product(2), { ...line, last: false }, undecided)).toMatchObject({
			state: { available: 0 },
			facts: [{ data: { complete: false } }],
		});
	});

	it("are held once", () => {
		expect(rules.hold(product(5, held), { ...line, last: true }, undecided)).toBeUndefined();
	});

	it("are not held again for an order that is decided", () => {
		for (const status of ["reserved", "rejected", "void", "returned"] as const) {
			expect(rules.hold(product(5), { ...line, last: true }, decided(status))).toBeUndefined();
		}
	});
});

describe("an order's goods that are short", () => {
	it("are refused, once, and nothing is held", () => {
		const refused = rules.hold(product(1), { ...line, last: true }, undecided);
		expect(refused).toMatchObject({
			state: { available: 1, open: { o1: { type: "refused" } } },
			facts: [{ type: "stock.rejected", data: { ...moved, available: 1 } }],
		});
		const again = { ...product(1), ...refused!.state };
		expect(rules.hold(again, { ...line, last: true }, undecided)).toBeUndefined();
	});
});

describe("an order of a product that is not there", () => {
	it("is refused by name", () => {
		expect(() => rules.hold(undefined, { ...line, last: true }, undecided)).toThrow("p1");
	});
});

describe("goods that are held for an order which gets nothing", () => {
	it("can be ordered again, and it is told once", () => {
		const released = rules.letGo(product(3, held), "o1", decided("rejected"));
		expect(released).toMatchObject({
			state: { available: 5, open: {} },
			facts: [{ type: "stock.released", data: { ...moved, available: 5 } }],
		});
		expect(rules.letGo({ ...product(3), ...released!.state }, "o1", decided("rejected"))).toBeUndefined();
	});

	it("are nothing where the order was refused", () => {
		expect(rules.letGo(product(3, { o1: { type: "refused", quantity: 2 } }), "o1", undecided)).toBeUndefined();
	});
});

describe("goods of a cancelled order", () => {
	it.each([
		["while they are remembered as held", held],
		["after that is forgotten", {}],
	])("come back once, %s", (_, open) => {
		const back = rules.giveBack(product(3, open), line, decided("reserved"));
		expect(back).toMatchObject({
			state: { available: 5, open: { o1: { type: "returned" } } },
			facts: [{ type: "stock.released", data: { ...moved, available: 5 } }],
		});
		expect(rules.giveBack({ ...product(3), ...back!.state }, line, decided("reserved"))).toBeUndefined();
		expect(rules.giveBack(product(5), line, decided("returned"))).toBeUndefined();
	});
});

describe("what a product remembers of orders", () => {
	const other = { ...line, orderId: "o2", last: true };
	it.each([
		["held", "reserved", "forgets"],
		["held", undefined, "keeps"],
		["held", "rejected", "keeps"],
		["held", "void", "keeps"],
		["refused", undefined, "keeps"],
		["refused", "rejected", "forgets"],
		["refused", "void", "forgets"],
		["returned", "reserved", "keeps"],
		["returned", "returned", "forgets"],
	] as const)("%s, when the order is %s: it %s that at its next writes", (type, status, does) => {
		const seen = status ? decided(status) : undecided;
		const before = product(5, { o1: { type, quantity: 2 } });
		const once = { ...before, ...rules.hold(before, other, seen)!.state };
		expect(Object.keys(once.open)).toEqual(["o1", "o2"]);
		const twice = rules.hold(once, { ...other, orderId: "o3" }, seen)!.state;
		expect(Object.keys(twice.open)).toEqual(does === "keeps" ? ["o1", "o2", "o3"] : ["o2", "o3"]);
	});

	it("held, where the database has shown a reservation and lost it: it keeps that", () => {
		const write = (before: Saved<ProductState>, orderId: string, seen: Decided) => ({
			...before,
			...rules.hold(before, { ...other, orderId }, seen)!.state,
		});
		const shown = write(product(5, held), "o2", decided("reserved"));
		const lost = write(shown, "o3", undecided);
		expect(write(lost, "o4", decided("reserved")).open).toMatchObject(held);
	});

	it("is bounded: an order beyond that has to wait until another is settled", () => {
		const open = Object.fromEntries(
			Array.from({ length: rules.OPEN_LIMIT }, (_, index) => [
				`before-${index}`,
				{ type: "held", quantity: 1 } as const,
			]),
		);
		let refusal: unknown;
		try {
			rules.hold(product(5, open), { ...line, last: true }, undecided);
		} catch (error) {
			refusal = error;
		}
		expect(isTransient(refusal)).toBe(true);
		expect(rules.hold(product(5, open), { ...line, last: true }, decided("reserved", "before-7"))).toBeDefined();
	});
});

interface Message {
	kind: "placed" | "cancelled" | "restocked";
	/** Of an order, or of a product. */
	target: number;
}

interface Plan {
	stock: number[];
	/** Each order: how many of each product; 0 is not in the order. */
	orders: number[][];
	messages: Message[];
	/** Steps of the store, counted over all, at which the process that makes it is killed. */
	crashes: number[];
	/** Steps that take as long as many others. */
	stalls: number[];
}

const STALLED_TURNS = 60;

/** A process that handles facts; killed, none of its steps goes on, and what it had not finished is delivered again. */
class Process {
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

/** What outlives processes. Each access is a step, which the scheduler puts anywhere among those of others. */
class World {
	readonly products = new Map<string, Saved<ProductState>>();
	readonly reservations = new Map<string, Reservation>();
	/** By id, as saved with the state. */
	readonly saved = new Map<string, Fact>();
	readonly published = new Map<string, Fact>();
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
		const products: Products = new Aggregates<ProductState, ProductFacts, Decided>({
			teller: "product",
			collection: this.collection(process, this.products),
			carrier: {
				mayLoseForMs: 0,
				onReturn: () => undefined,
				publish: (facts: readonly Fact[]) => this.publish(process, facts),
			} as unknown as Carrier,
			clock: { now: () => 0 },
			logger: { warn: () => undefined } as unknown as Logger,
			look: lookAt(reservations),
		});
		return { products, stock: new Stock(products, reservations) };
	}

	items(order: number): OrderedGoods[] {
		return this.plan.orders[order]!.flatMap((quantity, index) =>
			quantity ? [{ productId: `p${index}`, quantity }] : [],
		);
	}

	private async publish(process: Process, facts: readonly Fact[]): Promise<void> {
		await this.step(process, () => facts.forEach((fact) => this.published.set(fact.id, fact)));
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
		for (const fact of outbox ?? []) this.saved.set(fact.id, fact);
		return structuredClone(stored);
	}

	/** Others take their turn before and after; the process can be killed on either side of the effect. */
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

/** Two processes at a time, and every message delivered until one of them has succeeded with it. */
async function run(plan: Plan, scheduler: fc.Scheduler): Promise<World> {
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

function factsOf(world: World, productId: string): Fact<string, ProductFacts["stock.reserved"]>[] {
	const facts = [...world.saved.values()].filter(({ subject }) => subject === productId);
	return facts.sort((a, b) => a.sequence - b.sequence) as Fact<string, ProductFacts["stock.reserved"]>[];
}

/** I3 and I5: what the facts tell adds up to what is kept, and each order has all or nothing. */
function expectSound(world: World, plan: Plan): void {
	const told = [...world.products.keys()].flatMap((id) => factsOf(world, id));
	const count = (type: string, orderId: string, productId?: string) =>
		told.filter(
			({ type: of, data }) =>
				of === type && data.orderId === orderId && (productId === undefined || data.productId === productId),
		).length;

	for (const [id, { available, version, outbox, open }] of world.products) {
		const facts = factsOf(world, id);
		expect(facts.map(({ sequence }) => sequence)).toEqual(Array.from({ length: version }, (_, index) => index + 1));
		let stock = plan.stock[Number(id.slice(1))]!;
		for (const { type, data } of facts) {
			if (type === "stock.reserved") stock -= data.quantity;
			else if (type === "stock.released") stock += data.quantity;
			else if (type === "stock.rejected") expect(data.quantity).toBeGreaterThan(stock);
			else stock = data.available;
			expect({ id, type, available: data.available }).toEqual({ id, type, available: stock });
		}
		expect(available).toBe(stock);
		for (const fact of facts)
			expect(world.published.has(fact.id) || outbox?.some((kept) => kept.id === fact.id)).toBe(true);
		for (const [orderId, { type }] of Object.entries(open)) {
			if (type === "held") expect(world.reservations.get(orderId)?.status).toBe("reserved");
		}
	}

	plan.orders.forEach((_, order) => {
		const orderId = `o${order}`;
		const isPlaced = plan.messages.some(({ kind, target }) => kind === "placed" && target === order);
		const isCancelled = plan.messages.some(({ kind, target }) => kind === "cancelled" && target === order);
		const status = world.reservations.get(orderId)?.status;
		if (isCancelled) expect(status).toMatch(/^(void|rejected|returned)$/);
		else if (isPlaced) expect(status).toMatch(/^(reserved|rejected)$/);
		else expect(status).toBeUndefined();
		for (const { productId } of world.items(order)) {
			const reserved = count("stock.reserved", orderId, productId);
			const released = count("stock.released", orderId, productId);
			expect(reserved).toBeLessThanOrEqual(1);
			expect({ orderId, productId, holds: reserved - released }).toEqual({
				orderId,
				productId,
				holds: status === "reserved" ? 1 : 0,
			});
		}
		const isComplete = told.some(({ data }) => data.orderId === orderId && data.complete);
		if (status === "reserved") expect(isComplete).toBe(true);
		if (status === "rejected") expect(isComplete).toBe(false);
		if (status !== "void") expect(count("stock.rejected", orderId)).toBe(status === "rejected" ? 1 : 0);
	});
}

describe("an order that was never decided because one of its products is missing", () => {
	it("holds nothing any more once it is cancelled", async () => {
		const inTurn = { schedule: (task: Promise<unknown>) => task } as fc.Scheduler;
		const world = new World(inTurn, { stock: [5], orders: [[2, 1]], messages: [], crashes: [], stalls: [] });
		const { stock } = world.start(new Process());
		await expect(stock.reserve("o0", world.items(0))).rejects.toMatchObject({ type: "PRODUCT_NOT_FOUND" });
		expect(world.products.get("p0")).toMatchObject({ available: 3 });
		await stock.cancel("o0", world.items(0));
		expect(world.products.get("p0")).toMatchObject({ available: 5, open: {} });
	});
});

describe("an order that is cancelled while its reservation is written once more, as that was lost", () => {
	it("is cancelled again, until that is known to be returned", async () => {
		const inTurn = { schedule: (task: Promise<unknown>) => task } as fc.Scheduler;
		const world = new World(inTurn, { stock: [5], orders: [[2]], messages: [], crashes: [], stalls: [] });
		const { products, stock } = world.start(new Process());
		await stock.reserve("o0", world.items(0));
		const writtenAgain = {
			load: async (id: string) => world.reservations.get(id),
			save: async () => undefined,
		} as unknown as Collection<Reservation>;
		const meanwhile = new Stock(products, writtenAgain);
		await expect(meanwhile.cancel("o0", world.items(0))).rejects.toMatchObject({ code: 503 });
		await stock.cancel("o0", world.items(0));
		expect(world.reservations.get("o0")).toMatchObject({ status: "returned" });
		expect(world.products.get("p0")).toMatchObject({ available: 5 });
	});
});

const PRODUCTS = 3;
const quantities = fc
	.array(fc.integer({ min: 0, max: 3 }), { minLength: PRODUCTS, maxLength: PRODUCTS })
	.filter((order) => order.some((quantity) => quantity > 0));
const plans: fc.Arbitrary<Plan> = fc
	.record({
		stock: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: PRODUCTS, maxLength: PRODUCTS }),
		orders: fc.array(quantities, { minLength: 1, maxLength: 5 }),
		crashes: fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 4 }),
		stalls: fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 12 }),
		restocked: fc.array(fc.nat(PRODUCTS - 1), { maxLength: 2 }),
	})
	.chain(({ orders, restocked, ...plan }) => {
		const of = (kind: Message["kind"]) =>
			fc.array(fc.record({ kind: fc.constant(kind), target: fc.nat(orders.length - 1) }));
		const messages = fc
			.tuple(of("placed"), of("cancelled"))
			.map(([placed, cancelled]) => [
				...orders.map((_, target) => ({ kind: "placed" as const, target })),
				...placed,
				...cancelled,
				...restocked.map((target) => ({ kind: "restocked" as const, target })),
			]);
		return messages
			.chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
			.map((shuffled) => ({ ...plan, orders, messages: shuffled }));
	});

describe("orders placed and cancelled in any order, repeatedly, by two processes that are killed at any step", () => {
	it("each hold all of their goods or none, never more than there is, and cancelled ones nothing", async () => {
		await fc.assert(
			fc.asyncProperty(plans, fc.scheduler(), async (plan, scheduler) => {
				expectSound(await run(plan, scheduler), plan);
			}),
			{ numRuns: 150 },
		);
	}, 60_000);
});
