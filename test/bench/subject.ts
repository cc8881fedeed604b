// Starts what is measured in a process of its own, and reads from outside what that has used.
import { type ChildProcess, execFile, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ended, expectCleanAudit, freePort } from "../support/cluster/processes";
import { COMPILED } from "../support/compile";
import type { OperationCounts } from "../support/store/operation-counts";
import { eventually } from "../support/world";

/** Clock ticks of /proc/<pid>/stat in a second, on all Linux machines. */
const TICKS_PER_S = 100;
const START_WITHIN_MS = 20_000;
const AUDIT_WITHIN_S = 60;
const ANSWER_WITHIN_MS = 30_000;
/** A load ends this long after its time at the latest. */
const LOAD_MARGIN_S = 90;

export type Kind = "shop" | "naive on file" | "naive in memory" | "empty";
const MODULES: Readonly<Record<Kind, string>> = {
	shop: "shop",
	"naive on file": "naive",
	"naive in memory": "naive",
	empty: "empty",
};

/** The resources that a subject has used since its start. */
export interface Usage {
	cpuMs: number;
	diskBytes: number;
	residentBytes: number;
	/** Of the shop alone. */
	counts?: OperationCounts;
}

/** A server that is measured, with a data folder of its own. */
export class Subject {
	private constructor(
		readonly kind: Kind,
		readonly url: string,
		readonly dataDir: string,
		private readonly process: ChildProcess,
	) {}

	/** @throws Error where it does not answer within 20 s */
	static async start(kind: Kind, env: Record<string, string> = {}, execArgv: string[] = []): Promise<Subject> {
		const port = await freePort();
		const dataDir = mkdtempSync(join(tmpdir(), "funshop-bench-"));
		const process_ = fork(join(COMPILED, "test/bench/subjects", `${MODULES[kind]}.js`), {
			execArgv,
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
		await eventually(answers, START_WITHIN_MS).catch((error) => {
			process_.kill("SIGKILL");
			rmSync(dataDir, { recursive: true });
			throw error;
		});
		return new Subject(kind, url, dataDir, process_);
	}

	async usage(): Promise<Usage> {
		const fields = readFileSync(`/proc/${this.process.pid}/stat`, "utf8").split(") ")[1]!.split(" ");
		const status = readFileSync(`/proc/${this.process.pid}/status`, "utf8");
		const usage: Usage = {
			cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_S,
			diskBytes: await sizeOf(this.dataDir),
			residentBytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]) * 1_024,
		};
		if (this.kind !== "shop") return usage;
		const answer = once(this.process, "message", { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }) as Promise<
			[{ counts: OperationCounts }]
		>;
		this.process.send("counts");
		const [{ counts }] = await answer;
		return { ...usage, counts };
	}

	/** Stops it, and removes its data. @throws Error where the audit of the shop's data finds a difference */
	async stop(): Promise<void> {
		try {
			if (this.kind === "shop") await expectCleanAudit(this.dataDir, AUDIT_WITHIN_S);
		} finally {
			this.process.kill(this.kind === "shop" ? "SIGTERM" : "SIGKILL");
			await ended(this.process);
			rmSync(this.dataDir, { recursive: true });
		}
	}
}

/** Bytes that the files of a folder have on the disk. */
async function sizeOf(folder: string): Promise<number> {
	const names = await readdir(folder, { recursive: true });
	const blocks = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).blocks));
	return blocks.reduce((sum, each) => sum + each * 512, 0);
}

/** Runs a load of test/bench/load in a process of its own. @throws Error where it fails */
export async function load<Figures>(
	name: string,
	parameters: { seconds: number; [name: string]: unknown },
): Promise<Figures> {
	const { stdout } = await promisify(execFile)(
		process.execPath,
		[join(COMPILED, "test/bench/load", `${name}.js`), JSON.stringify(parameters)],
		{ maxBuffer: 1e8, timeout: (parameters.seconds + LOAD_MARGIN_S) * 1_000 },
	);
	return JSON.parse(stdout) as Figures;
}
