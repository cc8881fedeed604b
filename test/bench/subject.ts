// What is measured: a server of one process, with a data folder of its own.
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ended, expectCleanAudit, freePort } from "../support/cluster/processes";
import { COMPILED } from "../support/compile";
import { type Counts, countsOf } from "../support/shop/counts";
import { eventually } from "../support/world";
import { type Usage, usageOf } from "./usage";

const START_WITHIN_MS = 60_000;

export type OneProcess = "shop" | "naive on file" | "naive in memory" | "empty";
const MODULES: Readonly<Record<OneProcess, string>> = {
	shop: "shop",
	"naive on file": "naive",
	"naive in memory": "naive",
	empty: "empty",
};

/** A running system that is measured. */
export interface Subject {
	readonly url: string;
	/** Its processes that were forked with a channel; the gateway's comes first. */
	readonly processes: readonly ChildProcess[];
	usage(): Promise<Usage>;
	/** What its processes have counted; undefined where it is not the shop. */
	counts(): Promise<Counts | undefined>;
	/** Stops it, and removes its data. @throws Error where the audit of the shop's data finds a difference */
	stop(): Promise<void>;
}

export interface OneProcessOptions {
	env?: Record<string, string>;
	/** A folder with data, which the subject removes in the end; an empty one if not given. */
	dataDir?: string;
	/** How long the audit may look again, in seconds; 60 if not given. */
	auditWithinS?: number;
}

/** @throws Error where it does not answer within 60 s */
export async function startOneProcess(kind: OneProcess, options: OneProcessOptions = {}): Promise<OneProcessSubject> {
	const { env = {}, dataDir = mkdtempSync(join(tmpdir(), "funshop-bench-")), auditWithinS = 60 } = options;
	const port = await freePort();
	const since = performance.now();
	const child = fork(join(COMPILED, "test/bench/subjects", `${MODULES[kind]}.js`), {
		env: {
			PATH: process.env.PATH,
			NODE_ENV: "production",
			LOGLEVEL: "error",
			PORT: String(port),
			DATA_DIR: kind === "naive in memory" ? ":memory:" : dataDir,
			...env,
		},
		stdio: ["ignore", "ignore", "inherit", "ipc"],
	});
	const url = `http://127.0.0.1:${port}`;
	const answers = () =>
		fetch(`${url}${kind === "shop" ? "/readyz" : "/mypages/nobody"}`).then(
			({ ok }) => ok,
			() => false,
		);
	try {
		await eventually(answers, START_WITHIN_MS);
	} catch (error) {
		child.kill("SIGKILL");
		await ended(child);
		rmSync(dataDir, { recursive: true });
		throw error;
	}
	return new OneProcessSubject(kind, url, { dataDir, auditWithinS }, child, performance.now() - since);
}

export class OneProcessSubject implements Subject {
	constructor(
		private readonly kind: OneProcess,
		readonly url: string,
		private readonly options: Required<Pick<OneProcessOptions, "dataDir" | "auditWithinS">>,
		private readonly process: ChildProcess,
		/** Milliseconds from its start until it took requests. */
		readonly readyMs: number,
	) {}

	get processes(): readonly ChildProcess[] {
		return [this.process];
	}

	usage(): Promise<Usage> {
		return usageOf([this.process.pid!], [this.options.dataDir]);
	}

	async counts(): Promise<Counts | undefined> {
		return this.kind === "shop" ? countsOf(this.process) : undefined;
	}

	async stop(): Promise<void> {
		const { dataDir, auditWithinS } = this.options;
		try {
			if (this.kind === "shop") await expectCleanAudit(dataDir, auditWithinS);
		} finally {
			await this.end();
			rmSync(dataDir, { recursive: true });
		}
	}

	/** Stops it, and leaves its data. */
	async end(): Promise<void> {
		this.process.kill(this.kind === "shop" ? "SIGTERM" : "SIGKILL");
		await ended(this.process);
	}
}
