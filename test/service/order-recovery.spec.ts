import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OrderState } from "../../services/order/order.rules";
import { Recovery } from "../../services/order/order.recovery";
import type { Saved } from "../../shared/aggregates/aggregate";
import { busy } from "../../shared/domain/refusals";
import type { CloudEvent } from "../../shared/events/event";
import { temporaryEnvironment } from "../support/store/environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import type { Collection } from "../../shared/store/store";
import { anEvent } from "../support/events/builders";
import { eventually, silentLogger } from "../support/world";

const total = { amount: 300, currency: "KRW" };
const card = { brand: "visa", last4: "4242" };
const items = [{ productId: "tea", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];
const placed = (id: string) => anEvent("order.placed", id, 1, { orderId: id, customerId: "alice", items, total });
const completed = (id: string) =>
	anEvent("order.completed", id, 2, { orderId: id, customerId: "alice", paymentId: `pay-${id}`, total });
const approved = (id: string) =>
	anEvent("payment.approved", `pay-${id}`, 1, {
		paymentId: `pay-${id}`,
		orderId: id,
		customerId: "alice",
		amount: total,
		card,
	});

describe("S22: order's documents, compared with the event log at the start", () => {
	let path: string;
	let store: LmdbStore;
	let orders: Collection<Saved<OrderState>>;
	let log: CloudEvent[];
	let reads: number;
	let handled: string[];

	const bus = {
		newest: async (types: readonly string[]) => log.filter(({ type }) => types.includes(type)).at(-1),
		async *history(types: readonly string[]) {
			reads++;
			yield* log.filter(({ type }) => types.includes(type));
		},
	};
	const react = async (event: CloudEvent): Promise<unknown> => handled.push(event.id);
	const open = (reaction = react) => {
		const marks = store.collection<Saved<object>>("marks");
		const recovery = new Recovery({ orders, marks, bus, logger: silentLogger, expiresAfterMs: 60_000 });
		recovery.reactions = { "payment.approved": { react: reaction } };
		return recovery;
	};

	beforeEach(async () => {
		path = mkdtempSync(join(tmpdir(), "funshop-recovery-"));
		store = new LmdbStore({
			environment: temporaryEnvironment(path),
			collections: { orders: {}, marks: {} },
		});
		await store.connect();
		orders = store.collection("orders");
		log = ["o1", "o2"].flatMap((id) => [placed(id), approved(id), completed(id)]);
		reads = 0;
		handled = [];
	});
	afterEach(async () => {
		await store.disconnect();
		rmSync(path, { recursive: true });
	});

	it("are restored from it where they are missing, with the card that paid, and are left alone at the next start", async () => {
		await open().start();
		for (const id of ["o1", "o2"]) {
			expect(await orders.load(id)).toMatchObject({
				version: 2,
				status: "completed",
				customerId: "alice",
				items,
				total,
				attempt: { paymentId: `pay-${id}`, card },
			});
		}
		expect(handled).toEqual(["payment/pay-o1/1", "payment/pay-o2/1"]);
		reads = 0;
		await open().start();
		expect(reads).toBe(0);
	});

	it("are brought up to date by a later event where the log no longer has those before it, and left alone where it has none", async () => {
		log = [placed("o1")];
		await open().start();
		const third = { ...completed("o1"), id: "order/o1/3", sequence: 3 };
		log = [approved("o1"), third];
		await open().start();
		expect(await orders.load("o1")).toMatchObject({ version: 3, status: "completed", items, attempt: { card } });
		reads = 0;
		log = [approved("o1")];
		await open().start();
		expect(reads).toBe(0);
	});

	it("are not touched by an event that is not order's own", async () => {
		log = [{ ...placed("o3"), id: "somebody/else/1" }];
		await open().start();
		expect([reads, await orders.load("o3")]).toEqual([0, undefined]);
	});

	it("are restored by the next process where the one that began was killed after it had restored the orders", async () => {
		let reached!: () => void;
		const reacting = new Promise<void>((resolve) => (reached = resolve));
		const killed = open(async () => (reached(), new Promise(() => undefined)));
		void killed.start();
		await reacting;
		await open().start();
		expect(handled).toEqual(["payment/pay-o1/1", "payment/pay-o2/1"]);
	});

	it("wait for a store that is away, and lose no event by one that can never be handled", async () => {
		let tries = 0;
		const reaction = async (event: CloudEvent) => {
			if (tries++ === 0) throw busy("STORE_UNAVAILABLE", "later");
			if (event.subject === "pay-o1") throw new Error("poison");
			return react(event);
		};
		await open(reaction).start();
		await eventually(() => handled.includes("payment/pay-o2/1"));
	});
});
