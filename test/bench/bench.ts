// Measures the shop beside baselines in one run, and prints ratios: machines are noisy, ratios of one run are less so.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runCommand, UsageError } from "../../operator/command-line";
import compile from "../support/compile";
import { htmlPage } from "./html";
import type { Settings } from "./measure";
import { checkout } from "./parts/checkout";
import { cluster } from "./parts/cluster";
import { flash } from "./parts/flash";
import { hot } from "./parts/hot";
import { latency } from "./parts/latency";
import { live } from "./parts/live";
import { overload } from "./parts/overload";
import { page } from "./parts/page";
import type { Part, PartResult } from "./parts/part";
import { stored } from "./parts/stored";
import { textReport } from "./report";

const PARTS: Readonly<Record<string, Part>> = { checkout, page, live, hot, overload, flash, cluster, latency, stored };
const ROOT = join(__dirname, "..", "..");

const USAGE = `usage: npm run bench -- [--only checkout,page] [--rounds 3] [--seconds 10] [--warm-up 5] [--clients 10,50] [--stored 100000] [--out bench-results] [--profile]
Measures the shop beside baselines, and prints ratios of one run:
  checkout  order, pay, my page, order: beside a naive Moleculer shop on files and in memory, and requests that do nothing
  page      my page with five orders, beside an action of moleculer-web that returns the same bytes
  live      checkouts while a hundred live pages are open, beside none
  hot       one product that all order, beside 1,000 products
  overload  up to 50 times the clients that saturate the shop
  flash     1,000 customers who want one of 100 units at the same moment; also over NATS
  cluster   order, pay, my page, order over NATS, a process for each service: beside a naive shop on files, and requests that do nothing
            behind one hop; needs a nats-server, on the path or named by NATS_SERVER
  latency   until my page shows a payment, while customers come at half of the rate that saturates the shop; also over NATS
  stored    with --stored orders in the store, beside 1,000: checkouts, my page, start and memory
Writes bench.json and bench.html to --out; with --profile also V8's profiles of the shop, which is slower then.
Every run of the shop ends with an audit; a difference ends the benchmark.`;

/** A benchmark's results, as bench.json has them. */
export interface Results {
	at: string;
	node: string;
	machine: string;
	rounds: number;
	seconds: number;
	parts: Record<string, PartResult>;
}

async function main(args: string[]): Promise<void> {
	const { only, out, settings } = readOptions(args);
	compile();
	const parts: Results["parts"] = {};
	for (const name of only) {
		settings.progress(`${name} …`);
		parts[name] = await PARTS[name]!(settings);
	}
	const [processor] = cpus();
	const results: Results = {
		at: new Date().toISOString(),
		node: process.version,
		machine: `${cpus().length} × ${processor?.model ?? "unknown processor"}`,
		rounds: settings.rounds,
		seconds: settings.seconds,
		parts,
	};
	mkdirSync(out, { recursive: true });
	writeFileSync(join(out, "bench.json"), `${JSON.stringify(results, undefined, "\t")}\n`);
	writeFileSync(join(out, "bench.html"), htmlPage(results));
	process.stdout.write(`${textReport(results)}\n\nThe charts are in ${join(out, "bench.html")}.\n`);
}

function readOptions(args: string[]) {
	const text = { type: "string" } as const;
	const { values } = parseArgs({
		args,
		options: {
			only: text,
			rounds: text,
			seconds: text,
			"warm-up": text,
			clients: text,
			stored: text,
			out: text,
			profile: { type: "boolean" },
		},
	});
	const only = values.only?.split(",") ?? Object.keys(PARTS);
	for (const name of only) {
		if (!Object.hasOwn(PARTS, name))
			throw new UsageError(`--only: "${name}" is none of ${Object.keys(PARTS).join(", ")}`);
	}
	const out = values.out ?? join(ROOT, "bench-results");
	const settings: Settings = {
		rounds: wholeNumber("rounds", values.rounds ?? "3", 1),
		seconds: wholeNumber("seconds", values.seconds ?? "10", 1),
		warmUpSeconds: wholeNumber("warm-up", values["warm-up"] ?? "5", 0),
		clients: (values.clients ?? "10,50").split(",").map((each) => wholeNumber("clients", each, 1)),
		stored: wholeNumber("stored", values.stored ?? "100000", 1),
		profileFolder: values.profile ? join(out, "profiles") : undefined,
		progress: (line) => void process.stderr.write(`${line}\n`),
	};
	return { only, out, settings };
}

function wholeNumber(option: string, text: string, least: number): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < least)
		throw new UsageError(`--${option}: "${text}" is no number from ${least}`);
	return value;
}

runCommand(USAGE, main);
