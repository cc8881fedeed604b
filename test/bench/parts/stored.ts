import { rmSync } from "node:fs";
import { load } from "../load/run";
import type { PageFigures } from "../load/pages";
import { measureCheckouts, type Run, type Settings } from "../measure";
import { customersOf, fillFolder, makeTemplate } from "../stored/stored-shop";
import { startOneProcess } from "../subject";
import { add, type PartResult, type Ratio, type Value } from "./part";

const FEW = 1_000;
/** Customers whose pages are read. */
const READ = 1_000;
/** An audit looks again where the shop wrote meanwhile: so it gets time for more than one look at all orders. */
const AUDIT_LEAST_S = 60;
/** The audit takes no longer time. */
const AUDIT_MOST_S = 3_600;
const AUDITED_PER_S = 1_000;

interface Measured {
	run: Run;
	page: PageFigures;
}

/** The shop with many stored orders, beside the shop with 1,000. */
export async function stored(settings: Settings): Promise<PartResult> {
	const runs: Run[] = [];
	const ratios: Ratio[] = [];
	const values: Value[] = [];
	const template = await makeTemplate();
	try {
		for (let round = 0; round < settings.rounds; round++) {
			const few = await measureStored(template, FEW, settings, values);
			const many = await measureStored(template, settings.stored, settings, values);
			runs.push(few.run, many.run);
			const compared = `${inDigits(settings.stored)} stored orders ÷ ${inDigits(FEW)}`;
			const { clients } = few.run;
			const of = (what: string, ratio: number) =>
				add(ratios, { name: `${what}, ${clients} clients: ${compared}`, values: [ratio] });
			of("checkouts/s", many.run.perSecond / few.run.perSecond);
			of("my page, p99", many.page.p99 / few.page.p99);
		}
	} finally {
		rmSync(template, { recursive: true });
	}
	return { runs, ratios, values };
}

/** Adds to `values`. */
async function measureStored(template: string, orders: number, settings: Settings, values: Value[]): Promise<Measured> {
	const { progress, seconds, warmUpSeconds } = settings;
	const [clients = 10] = settings.clients;
	const name = `${inDigits(orders)} stored orders`;
	progress(`${name}: filling …`);
	const dataDir = await fillFolder(template, orders);
	const auditWithinS = Math.min(AUDIT_MOST_S, AUDIT_LEAST_S + orders / AUDITED_PER_S);
	const subject = await startOneProcess("shop", { dataDir, auditWithinS });
	try {
		const { residentBytes, ownBytes } = await subject.usage();
		const paths = customersOf(orders, READ).map((customerId) => `/mypages/${customerId}`);
		const pages = { url: subject.url, clients, paths };
		if (warmUpSeconds > 0) await load("load/pages", { ...pages, seconds: warmUpSeconds });
		const page = await load<PageFigures>("load/pages", { ...pages, seconds });
		if (page.failed > 0) throw new Error(`${page.failed} requests of my page failed`);
		const run = await measureCheckouts(subject, name, clients, settings);
		const value = (what: string, unit: Value["unit"], measured: number) =>
			add(values, { name: `${name}: ${what}`, unit, values: [measured] });
		value("start to ready", "ms", subject.readyMs);
		value("memory when ready", "MiB", residentBytes / 2 ** 20);
		value("memory when ready, without mapped files", "MiB", ownBytes / 2 ** 20);
		value("memory after checkouts", "MiB", run.residentBytes / 2 ** 20);
		value("memory after checkouts, without mapped files", "MiB", run.ownBytes / 2 ** 20);
		value(`my page of one of the customers, ${clients} clients`, "/s", page.perSecond);
		value(`my page of one of the customers, ${clients} clients, p99`, "ms", page.p99);
		return { run, page };
	} finally {
		await subject.stop();
	}
}

function inDigits(number: number): string {
	return number.toLocaleString("en");
}
