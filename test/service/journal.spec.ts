import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startShop } from "../support/world";

const root = join(__dirname, "../..");

/** Runs the command as an operator would, in a process of its own. */
function runJournal(dataDir: string): Promise<{ code: number; out: string; err: string }> {
	return new Promise((resolve) => {
		const args = ["--import", "tsx", join(root, "operator/journal.ts")];
		execFile(
			process.execPath,
			args,
			{ cwd: root, env: { PATH: process.env.PATH, DATA_DIR: dataDir } },
			(error, out, err) => resolve({ code: (error?.code as number | undefined) ?? 0, out, err }),
		);
	});
}

describe("the journal command", () => {
	let folder: string;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "journal-"));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	it("prints what the processor did as JSON lines, while the shop runs", async () => {
		const broker = await startShop({ SERVICES: "payment", DATA_DIR: folder });
		try {
			const amount = { amount: 300, currency: "KRW" };
			const charge = (paymentId: string, cardNo: string) =>
				broker.call("payment.charge", { paymentId, orderId: "o1", customerId: "alice", amount, cardNo });
			await charge("pay1", "4000000000000002");
			await charge("pay2", "5555555555554444");
			const { code, out } = await runJournal(folder);
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
			expect((await runJournal(folder)).out.split("\n")).toHaveLength(4);
		} finally {
			await broker.stop();
		}
	});

	it("says in one line that there is none yet, and makes none", async () => {
		const { code, out, err } = await runJournal(folder);
		expect({ code, out }).toEqual({ code: 1, out: "" });
		expect(err).toMatch(/^There is no journal in .*\n$/);
		expect(readdirSync(folder)).toEqual([]);
	});

	it("says in one line that it is damaged", async () => {
		mkdirSync(join(folder, "provider"));
		writeFileSync(join(folder, "provider", "data.mdb"), "x".repeat(20_000));
		const { code, err } = await runJournal(folder);
		expect(code).toBe(1);
		expect(err).toMatch(/^[^\n]*data\.mdb is not a data file of the shop[^\n]*\n$/);
	});
});
