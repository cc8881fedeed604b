import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inDatabase, openDatabases, type TestDatabases } from "../support/store/mongo";
import { describeWith } from "../support/cluster/servers";
import { startShop } from "../support/world";

const root = join(__dirname, "../..");

/** Runs the command as an operator would, in a process of its own. */
function runJournal(env: Record<string, string>): Promise<{ code: number; out: string; err: string }> {
	return new Promise((resolve) => {
		const args = ["--import", "tsx", join(root, "operator/journal.ts")];
		execFile(process.execPath, args, { cwd: root, env: { PATH: process.env.PATH, ...env } }, (error, out, err) =>
			resolve({ code: (error?.code as number | undefined) ?? 0, out, err }),
		);
	});
}

describe("the journal command", () => {
	let folder: string;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "journal-"));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	it("prints the acts of the processor as JSON lines, while the shop runs", async () => {
		const broker = await startShop({ SERVICES: "payment", DATA_DIR: folder });
		try {
			const amount = { amount: 300, currency: "KRW" };
			const charge = (paymentId: string, cardNo: string) =>
				broker.call("payment.charge", { paymentId, orderId: "o1", customerId: "alice", amount, cardNo });
			await charge("pay1", "4000000000000002");
			await charge("pay2", "5555555555554444");
			const { code, out } = await runJournal({ DATA_DIR: folder });
			expect(code).toBe(0);
			const lines = out
				.trimEnd()
				.split("\n")
				.map((line) => JSON.parse(line) as object);
			const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
			expect(lines).toEqual([
				{
					seq: 1,
					at,
					type: "declined",
					paymentId: "pay1",
					orderId: "o1",
					amount,
					card: { brand: "visa", last4: "0002" },
				},
				{
					seq: 2,
					at,
					type: "captured",
					paymentId: "pay2",
					orderId: "o1",
					amount,
					card: { brand: "mastercard", last4: "4444" },
				},
			]);
			await charge("pay3", "4242424242424242");
			expect((await runJournal({ DATA_DIR: folder })).out.split("\n")).toHaveLength(4);
		} finally {
			await broker.stop();
		}
	});

	it("says in one line that there is no journal yet, and creates none", async () => {
		const { code, out, err } = await runJournal({ DATA_DIR: folder });
		expect({ code, out }).toEqual({ code: 2, out: "" });
		expect(err).toMatch(/^There is no journal in .*\n$/);
		expect(readdirSync(folder)).toEqual([]);
	});

	it("says in one line that the data file is damaged", async () => {
		mkdirSync(join(folder, "provider"));
		writeFileSync(join(folder, "provider", "data.mdb"), "x".repeat(20_000));
		const { code, err } = await runJournal({ DATA_DIR: folder });
		expect(code).toBe(2);
		expect(err).toMatch(/^[^\n]*data\.mdb is not a data file of the shop[^\n]*\n$/);
	});
});

describeWith(["mongod"], "the journal command of a shop whose payments are in MongoDB", () => {
	let databases: TestDatabases;
	beforeAll(async () => {
		databases = await openDatabases();
	}, 30_000);
	afterAll(() => databases.stop());

	it("says in one line that there is no journal yet, and later prints the acts of the processor", async () => {
		const uri = databases.fresh();
		const env = { MONGO_URI_PAYMENT: uri, DATA_DIR: "/nowhere" };
		const before = await runJournal(env);
		expect(before).toMatchObject({ code: 2, out: "" });
		expect(before.err).toMatch(/^There is no journal in MongoDB at [^\n]* yet: [^\n]*\n$/);
		expect(await inDatabase(uri, (database) => database.listCollections().toArray())).toEqual([]);

		const broker = await startShop({ SERVICES: "payment", MONGO_URI_PAYMENT: uri });
		try {
			const amount = { amount: 300, currency: "KRW" };
			const asked = { paymentId: "pay1", orderId: "o1", customerId: "alice", amount, cardNo: "4242424242424242" };
			await broker.call("payment.charge", asked);
			const { code, out } = await runJournal(env);
			expect(code).toBe(0);
			expect(JSON.parse(out)).toMatchObject({ seq: 1, type: "captured", paymentId: "pay1", amount });
		} finally {
			await broker.stop();
		}
	}, 30_000);
});
