import type { MongoAdapter } from "../../shared/store/mongo/mongo-adapter";
import { TestReplicaSet } from "../support/cluster/replica-set";
import { describeWith } from "../support/cluster/servers";
import { openThings, recordingLogger, type Thing, THINGS, UNAVAILABLE } from "../support/store/things";
import { eventually } from "../support/world";

const COMMANDS = ["find", "insert", "update", "delete", "createIndexes"];

describeWith(["mongodb"], "S4: a MongoDB whose commands fail", () => {
	let set: TestReplicaSet;
	let store: MongoAdapter;
	beforeAll(async () => {
		set = await TestReplicaSet.start(1, "--setParameter", "enableTestCommands=1");
	}, 120_000);
	afterAll(() => set?.stop(), 30_000);
	beforeEach(() => (store = openThings(set.url)));
	afterEach(async () => {
		await mend();
		await store.disconnect();
	});

	const failPoint = async (mode: unknown, data?: object) =>
		set.ask(set.members[0]!, { configureFailPoint: "failCommand", mode, ...(data && { data }) });
	const fail = (failure: object, mode: unknown = "alwaysOn") => failPoint(mode, { failCommands: COMMANDS, ...failure });
	const mend = () => failPoint("off");

	it.each<[string, object]>([
		...[64, 91, 189, 365, 462].map((errorCode): [string, object] => [`with code ${errorCode}`, { errorCode }]),
		["by closing connections", { closeConnection: true }],
	])(
		"%s is away, and available again once they do not fail",
		async (_how, failure) => {
			await store.connect();
			const things = store.collection<Thing>("things");
			const saved = (await things.save({ _id: `a${Math.random()}` }, undefined))!;
			await fail(failure);
			await expect(things.load(saved._id)).rejects.toEqual(UNAVAILABLE);
			await expect(things.query("size", { limit: 1 })).rejects.toEqual(UNAVAILABLE);
			await expect(things.save({ _id: `b${Math.random()}` }, undefined)).rejects.toEqual(UNAVAILABLE);
			await expect(things.save({ ...saved, size: 1 }, saved)).rejects.toEqual(UNAVAILABLE);
			await expect(things.remove(saved)).rejects.toEqual(UNAVAILABLE);
			await mend();
			await eventually(() => things.load(saved._id).catch(() => undefined));
			expect(await things.load(saved._id)).toEqual(saved);
		},
		60_000,
	);

	it("whose majority is late with a write is away for that write", async () => {
		await store.connect();
		await fail({ writeConcernError: { code: 64, errmsg: "waiting for replication timed out" } });
		const write = store.collection<Thing>("things").save({ _id: `c${Math.random()}` }, undefined);
		await expect(write).rejects.toEqual(UNAVAILABLE);
	});

	it.each([91, 285, 365])(
		"with code %i while indexes are made is waited for at the start",
		async (errorCode) => {
			const { logger, lines } = recordingLogger();
			store = openThings(set.url, THINGS, logger);
			await fail({ errorCode }, { times: 2 });
			await store.connect();
			expect(lines).toContainEqual(expect.stringMatching(/is not there yet, waiting/));
		},
		60_000,
	);

	it("refuses a document that is over the server's limit, and below the driver's", async () => {
		await store.connect();
		const things = store.collection<Thing>("things");
		const saved = (await things.save({ _id: `d${Math.random()}` }, undefined))!;
		const kind = "x".repeat(16 * 1024 * 1024 + 1);
		const tooLarge = expect.objectContaining({ type: "DOCUMENT_TOO_LARGE" });
		await expect(things.save({ _id: `e${Math.random()}`, kind }, undefined)).rejects.toEqual(tooLarge);
		await expect(things.save({ ...saved, kind }, saved)).rejects.toEqual(tooLarge);
		expect(await things.load(saved._id)).toEqual(saved);
	}, 60_000);
});
