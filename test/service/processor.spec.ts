import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JournalEntry, readJournal, SimulatedProcessor } from "../../services/payment/payment.simulated";
import { eventually, TestClock } from "../support/world";

const CARD = "4242424242424242";
const amount = { amount: 300, currency: "KRW" };
const card = { brand: "visa", last4: "4242" };

describe("the simulated processor", () => {
	let folder: string;
	const processors: SimulatedProcessor[] = [];

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "processor-"));
	});
	afterEach(async () => {
		await Promise.all(processors.splice(0).map((processor) => processor.close()));
		rmSync(folder, { recursive: true, force: true });
	});

	async function open(faults: object = {}): Promise<SimulatedProcessor> {
		const processor = new SimulatedProcessor({
			path: folder,
			durable: false,
			faults: { latencyMs: 0, concurrency: 0, failRate: 0, hangRate: 0, loseAnswerRate: 0, ...faults },
			clock: new TestClock(),
			random: Math.random,
		});
		await processor.open();
		processors.push(processor);
		return processor;
	}
	const of = (paymentId: string) => ({ paymentId, orderId: "o1", amount, card });
	const capture = (processor: SimulatedProcessor, paymentId: string, ms = 5_000) =>
		processor.capture(of(paymentId), { cardNo: CARD }, AbortSignal.timeout(ms));
	const entries = async () => {
		const all: JournalEntry[] = [];
		for await (const entry of readJournal(folder)) all.push(entry);
		return all;
	};

	it("decides once, whichever process asks, and numbers what it did without a gap", async () => {
		const [one, other] = [await open(), await open()];
		const ids = Array.from({ length: 100 }, (_, index) => `pay${index}`);
		const answers = (asked: Array<Promise<{ status: string }>>) => Promise.all(asked);
		const [captures, settles] = await Promise.all([
			answers(ids.map((id) => capture(one, id))),
			answers(ids.map((id) => other.settle(of(id), AbortSignal.timeout(5_000)))),
		]);
		expect(captures).toEqual(settles);
		expect((await entries()).map(({ seq }) => seq)).toEqual(ids.map((_, index) => index + 1));
	});

	it("gives back once what was captured, and nothing else", async () => {
		const processor = await open();
		const refund = (id: string) => processor.refund(of(id), AbortSignal.timeout(5_000));
		await capture(processor, "pay1");
		await refund("pay1");
		await refund("pay1");
		await processor.settle(of("pay2"), AbortSignal.timeout(5_000));
		await expect(refund("pay2")).rejects.toThrow("nothing was captured");
		await expect(refund("pay3")).rejects.toThrow("nothing was captured");
		expect((await entries()).map(({ type, paymentId }) => `${type} ${paymentId}`)).toEqual([
			"captured pay1",
			"refunded pay1",
			"voided pay2",
		]);
	});

	it("that serves one at a time forgets those who left the queue", async () => {
		const processor = await open({ concurrency: 1, latencyMs: 100 });
		const since = performance.now();
		const calls = [capture(processor, "pay1"), capture(processor, "pay2", 30), capture(processor, "pay3")];
		const results = await Promise.allSettled(calls);
		expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
		expect(performance.now() - since).toBeGreaterThan(195);
		expect((await entries()).map(({ paymentId }) => paymentId)).toEqual(["pay1", "pay3"]);
	});

	it("can be read in the process that writes", async () => {
		const processor = await open();
		const writing = Promise.all(Array.from({ length: 500 }, (_, index) => capture(processor, `pay${index}`)));
		await eventually(async () => (await entries()).length === 500);
		await writing;
	});
});
