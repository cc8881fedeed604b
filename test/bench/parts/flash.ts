import { lackOf } from "../../support/cluster/servers";
import { startOverNats } from "../clusters";
import type { RushFigures } from "../load/rush";
import { load } from "../load/run";
import { addProducts, type Settings } from "../measure";
import { startOneProcess, type Subject } from "../subject";
import { add, type PartResult, type Value } from "./part";

const CUSTOMERS = 1_000;
const UNITS = 100;
/** All have an answer by then. */
const OVER_AFTER_S = 60;

/** A flash sale: 1,000 customers who want one of 100 units at the same moment. */
export async function flash(settings: Settings): Promise<PartResult> {
	const lack = lackOf("nats");
	const values: Value[] = [];
	for (let round = 0; round < settings.rounds; round++) {
		await sell("shop", await startOneProcess("shop"), settings, values);
		if (!lack) await sell("shop over NATS", await startOverNats("shop over NATS"), settings, values);
	}
	return { runs: [], ratios: [], values, ...(lack && { skipped: `the shop over NATS: ${lack}` }) };
}

/** Adds to `values`, and stops the subject. */
async function sell(name: string, subject: Subject, { warmUpSeconds, progress }: Settings, values: Value[]) {
	try {
		const { url } = subject;
		const asked = { url, clients: 50, products: await addProducts(url, 1), obey: true, onlyOrdering: 0, livePages: 0 };
		if (warmUpSeconds > 0) await load("load/checkouts", { ...asked, prefix: "warm-up", seconds: warmUpSeconds });
		const [product] = await addProducts(url, 1, UNITS);
		const rush = { url, product, customers: CUSTOMERS, prefix: "rush", seconds: OVER_AFTER_S };
		const { paid, completed, soldOutMs, paidMs } = await load<RushFigures>("load/rush", rush);
		const value = (what: string, unit: Value["unit"], measured: number) =>
			add(values, {
				name: `${name}, ${CUSTOMERS} customers for ${UNITS} units: ${what}`,
				unit,
				values: [measured],
			});
		value("orders completed", "", completed);
		value("payments refunded", "", paid - completed);
		value("told that it is paid after, p99", "ms", paidMs.p99);
		value("told that it is sold out after, p50", "ms", soldOutMs.p50);
		value("told that it is sold out after, p99", "ms", soldOutMs.p99);
		progress(
			`${name}: ${completed} completed, ${paid - completed} refunded, sold out p99 ${soldOutMs.p99.toFixed(0)} ms`,
		);
	} finally {
		await subject.stop();
	}
}
