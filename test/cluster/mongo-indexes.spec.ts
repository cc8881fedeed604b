import type { Document } from "mongodb";
import { readConfig } from "../../config";
import { MongoAdapter } from "../../shared/store/mongo/mongo-adapter";
import type { Kept } from "../../shared/store/mongo/mongo-collection";
import { markerOf } from "../../shared/store/mongo/mongo-filter";
import { MongoStore } from "../../shared/store/mongo/mongo-store";
import type { Indexes, IndexValue, Query } from "../../shared/store/store";
import { createShop } from "../../shop";
import { describeWith, startMongod, type TestServer } from "../support/cluster/servers";
import { silentLogger } from "../support/world";

const DOCUMENTS = 600;
const GROUPS = 3;

/** Every collection of the shop with its indexes, by service. */
async function declaredCollections(): Promise<Array<[string, Readonly<Record<string, Indexes>>]>> {
	const declared: Array<[string, Readonly<Record<string, Indexes>>]> = [];
	const broker = createShop(readConfig({ DATA_DIR: ":memory:", LOGLEVEL: "fatal" }), {
		openStore(service, collections) {
			declared.push([service, collections]);
			return new MongoAdapter({ uri: "mongodb://127.0.0.1", service, collections, logger: silentLogger });
		},
	});
	await broker.stop();
	return declared;
}

/** A value for document `number`: the same for a third of them, or different for each where the field holds a time. */
const valueOf = (field: string, number: number): IndexValue =>
	/(At|Since)$/.test(field) ? number : `v${number % GROUPS}`;

/** Queries of every form: each number of equal fields, both orders, with and without bounds and a position to begin after. */
function queriesOn(fields: readonly string[]): Query[] {
	return [...fields, undefined].flatMap((next, equal) => {
		const equals = fields.slice(0, equal).map((field) => valueOf(field, 7));
		const after = [...fields.slice(equal).map((field) => valueOf(field, 7)), "d0007"];
		const bounds = next === undefined ? [{}] : [{}, { from: valueOf(next, 1) }, { until: valueOf(next, DOCUMENTS) }];
		return bounds.flatMap((bound) =>
			(["ascending", "descending"] as const).flatMap((order) =>
				[undefined, after].map((position) => ({ equals, ...bound, order, after: position, limit: 20 })),
			),
		);
	});
}

/** The stages of a plan, and the indexes that it reads. */
function readPlan(plan: unknown, found = { stages: new Set<string>(), indexes: new Set<string>() }) {
	if (typeof plan !== "object" || plan === null) return found;
	const { stage, indexName } = plan as Document;
	if (typeof stage === "string") found.stages.add(stage);
	if (typeof indexName === "string") found.indexes.add(indexName);
	for (const part of Object.values(plan)) readPlan(part, found);
	return found;
}

describeWith(["mongodb"], "a query of the shop on MongoDB", () => {
	let server: TestServer;
	beforeAll(async () => {
		server = await startMongod();
	}, 30_000);
	afterAll(() => server?.stop(), 30_000);

	it("reads its own index in order, and sorts nothing", async () => {
		let asked = 0;
		for (const [service, collections] of await declaredCollections()) {
			const store = new MongoStore({ uri: server.url, service, collections, logger: silentLogger });
			await store.connect();
			for (const [name, indexes] of Object.entries(collections)) {
				const collection = store.collection<Kept>(name);
				const documents = Array.from({ length: DOCUMENTS }, (_, number) => ({
					_id: `d${String(number).padStart(4, "0")}`,
					rev: 1,
					...Object.fromEntries(Object.keys(indexes).map((index) => [markerOf(index), true])),
					...Object.fromEntries(
						Object.values(indexes).flatMap((fields) => fields.map((field) => [field, valueOf(field, number)])),
					),
				}));
				await collection.raw().insertMany(documents);
				for (const [index, fields] of Object.entries(indexes)) {
					const own = [markerOf(index), ...fields, "_id"].map((field) => `${field}_1`).join("_");
					for (const query of queriesOn(fields)) {
						const { queryPlanner } = (await collection.find(index, query).explain("queryPlanner")) as Document;
						const { stages, indexes: read } = readPlan(queryPlanner.winningPlan);
						const seen = {
							service,
							name,
							index,
							query,
							read: [...read],
							sorts: stages.has("SORT"),
							scans: stages.has("COLLSCAN"),
						};
						expect(seen).toEqual({ ...seen, read: [own], sorts: false, scans: false });
						asked++;
					}
				}
			}
			await store.disconnect();
		}
		expect(asked).toBeGreaterThan(100);
	}, 120_000);
});
