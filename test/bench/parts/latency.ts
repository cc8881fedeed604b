import { lackOf } from "../../support/cluster/servers";
import { startOverNats } from "../clusters";
import type { ArrivalFigures } from "../load/arrivals";
import { load } from "../load/run";
import { addProducts, measureCheckouts, type Run, type Settings } from "../measure";
import { startOneProcess, type Subject } from "../subject";
import { add, type PartResult, type Value } from "./part";

/** The time from a payment's answer until my page shows it, while customers come at half of the rate that saturates the shop. */
export async function latency(settings: Settings): Promise<PartResult> {
	const lack = lackOf("nats");
	const runs: Run[] = [];
	const values: Value[] = [];
	for (let round = 0; round < settings.rounds; round++) {
		await measureLatency("shop", await startOneProcess("shop"), settings, runs, values);
		if (lack) continue;
		await measureLatency("shop over NATS", await startOverNats("shop over NATS"), settings, runs, values);
	}
	return { runs, ratios: [], values, ...(lack && { skipped: `the shop over NATS: ${lack}` }) };
}

/** Adds to `runs` and `values`, and stops the subject. */
async function measureLatency(name: string, subject: Subject, settings: Settings, runs: Run[], values: Value[]) {
	const { seconds, warmUpSeconds, progress } = settings;
	try {
		const full = await measureCheckouts(subject, `${name}, at saturation`, Math.max(...settings.clients), settings);
		runs.push(full);
		const asked = {
			url: subject.url,
			rate: Math.max(1, full.perSecond / 2),
			products: await addProducts(subject.url, 1),
		};
		if (warmUpSeconds > 0) await load("load/arrivals", { ...asked, prefix: "half-warm-up", seconds: warmUpSeconds });
		const half = await load<ArrivalFigures>("load/arrivals", { ...asked, prefix: "half", seconds });
		if (half.ended === 0)
			throw new Error(`${name}: no customer was served within ${seconds} s; give it more --seconds`);
		const value = (what: string, unit: Value["unit"], measured: number) =>
			add(values, { name: `${name}, at half of saturation: ${what}`, unit, values: [measured] });
		value("arrivals", "/s", half.arrivals / seconds);
		value("checkouts that were done", "%", (half.ended / half.arrivals) * 100);
		value("on my page after the payment's answer, p50", "ms", half.visibleMs.p50);
		value("on my page after the payment's answer, p99", "ms", half.visibleMs.p99);
		progress(
			`${name}, ${(half.arrivals / seconds).toFixed(1)} arrivals/s: on my page p99 ${half.visibleMs.p99.toFixed(1)} ms`,
		);
	} finally {
		await subject.stop();
	}
}
