import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceName } from "../../config";
import { type Cluster, startCluster } from "../support/cluster/cluster";
import { output, run } from "../support/cluster/processes";
import { describeWith } from "../support/cluster/servers";
import { clientOf } from "../support/http/http";
import { inDatabase } from "../support/store/mongo";
import { eventually } from "../support/world";

const CARD = { cardNo: "4242424242424242" };

/** A copy of one service's documents, taken while its process stands still. Resolves with what puts it back. */
async function copyOf({ env }: Cluster, service: ServiceName): Promise<() => Promise<void>> {
	if (env.MONGO_URI) return copyOfDatabase(env.MONGO_URI, service);
	const folder = join(env.DATA_DIR!, service);
	const copy = mkdtempSync(join(tmpdir(), "funshop-older-copy-"));
	cpSync(folder, copy, { recursive: true });
	return async () => {
		rmSync(folder, { recursive: true });
		cpSync(copy, folder, { recursive: true });
		rmSync(copy, { recursive: true });
	};
}

async function copyOfDatabase(uri: string, service: ServiceName): Promise<() => Promise<void>> {
	const copies = await inDatabase(uri, async (database) => {
		const collections = (await database.collections()).filter(({ collectionName: name }) =>
			name.startsWith(`${service}.`),
		);
		return Promise.all(
			collections.map(async (collection) => [collection.collectionName, await collection.find().toArray()] as const),
		);
	});
	return () =>
		inDatabase(uri, async (database) => {
			for (const [name, documents] of copies) {
				await database.collection(name).deleteMany({});
				if (documents.length > 0) await database.collection(name).insertMany(documents);
			}
		});
}

/** By service, what the audit says where its store alone is older. Order brings its own up to date. */
const NAMED: ReadonlyArray<[ServiceName, string | undefined]> = [
	["order", undefined],
	["product", "counts on its goods, but they are not reserved"],
	["payment", "was captured by the payment processor, but payment does not know it"],
	["cart", "has published cart/"],
	["customer", "I5 my page's order"],
	["notification", "is missing, though the log has its events"],
];

/** The services that move money or goods; the others where there is time. */
const BRIEF = NAMED.filter(([service]) => ["order", "product", "payment"].includes(service));

describe.each(["lmdb", "mongo"] as const)("S22: a cluster on %s in which one service's store is restored", (store) => {
	describeWith(store === "lmdb" ? ["nats"] : ["nats", "mongod"], "from an older copy", () => {
		let cluster: Cluster;
		let shop: ReturnType<typeof clientOf>;

		beforeEach(async () => {
			cluster = await startCluster({ store });
			shop = clientOf(cluster.urls[0]!);
		}, 120_000);
		afterEach(() => cluster?.stop(), 60_000);

		/** Repeats a request while its service is not there. */
		const answerTo = (path: string, body: object) =>
			eventually(async () => {
				const answer = await shop.post(path, body);
				return answer.status !== 503 && answer;
			}, 20_000);
		const pay = (id: string) => answerTo(`/orders/${id}/payment`, CARD);
		const cancel = (id: string) => answerTo(`/orders/${id}/cancellation`, {});
		const audited = async (waitS: number) =>
			(await output(run("operator/audit/command.ts", ["--wait", String(waitS)], cluster.env))).text;

		it.each(process.env.LONG ? NAMED : BRIEF)(
			"that of %s: nothing is captured or refunded twice, and a difference that stays is named",
			async (service, named) => {
				const tea = { name: "Tea", price: { amount: 900, currency: "KRW" }, stock: 100 };
				const { id: productId } = (await answerTo("/products", tea)).body;
				const place = async (): Promise<string> =>
					(await answerTo("/orders", { customerId: "alice", items: [{ productId, quantity: 1 }] })).body.id;
				const [restored] = cluster.processes(service);

				const [refunded, paid, paidAndRefunded] = [await place(), await place(), await place()];
				await pay(refunded);
				await cluster.audit();
				await restored!.stop();
				const putBack = await copyOf(cluster, service);
				restored!.start();
				await restored!.ready();
				const [waits, newAndPaid, newAndRefunded] = [await place(), await place(), await place()];
				for (const id of [paid, paidAndRefunded, newAndPaid, newAndRefunded]) expect((await pay(id)).status).toBe(200);
				for (const id of [refunded, paidAndRefunded, newAndRefunded]) expect((await cancel(id)).status).toBe(200);
				await cluster.audit();
				const isOlder = `The store of ${service} is older than its event`;
				expect(restored!.output).not.toContain(isOlder);

				await restored!.stop();
				await putBack();
				restored!.start();
				await restored!.ready();
				// Order has restored its orders before; customer publishes no events.
				if (service !== "order" && service !== "customer")
					await eventually(() => restored!.output.includes(isOlder), 10_000);
				if (named) expect(await audited(1)).toContain(named);

				for (const id of [paid, newAndPaid]) expect((await pay(id)).body.code).toBe("ORDER_ALREADY_PAID");
				for (const id of [refunded, paidAndRefunded, newAndRefunded]) {
					expect((await pay(id)).body.code).toBe("ORDER_CANCELLED");
					expect((await cancel(id)).body.code).toBe("ORDER_CANCELLED");
				}
				expect((await pay(waits)).status).toBe(200);
				for (const id of [paid, newAndPaid]) expect((await cancel(id)).status).toBe(200);
				const expected = [refunded, paid, paidAndRefunded, newAndPaid, newAndRefunded]
					.flatMap((id) => [`captured ${id}`, `refunded ${id}`])
					.concat(`captured ${waits}`)
					.sort();
				const moved = async () => (await cluster.journal()).map(({ type, orderId }) => `${type} ${orderId}`).sort();
				await eventually(async () => (await moved()).length >= expected.length, 20_000);
				const report = await audited(3);
				expect(await moved()).toEqual(expected);
				expect(report).not.toContain("I2 ");
				if (named === undefined) expect(report).toContain("No differences.");
			},
			90_000,
		);
	});
});
