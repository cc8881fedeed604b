import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceName } from "../../config";
import { endWithThisProcess } from "../../operator/cluster/guard";
import { COMPILED } from "./compile";
import { ended } from "./processes";

const LOOK_EVERY_MS = 50;
const ANSWER_WITHIN_MS = 2_000;
const READY_WITHIN_MS = 30_000;
/** A process gives itself 20 s to stop in order. */
const STOP_WITHIN_MS = 25_000;
/** What it printed last, shown where something goes wrong. */
const KEPT_CHARACTERS = 8_000;

/** A process of a cluster, which a test may kill, freeze and start again. */
export class Pod {
	/** The one that runs, or ran last. */
	process!: ChildProcess;
	/** Where `/livez`, `/readyz` and `/metrics` are. */
	healthUrl = "";
	/** Of a gateway. */
	url: string | undefined;
	private env: Record<string, string> = {};
	private printed = "";

	constructor(
		/** Such as `order-1`. */
		readonly name: string,
		readonly service: ServiceName,
		private readonly module: string,
	) {}

	/** Runs it with these settings; {@link ready} tells when it is. */
	start(env = this.env): void {
		this.env = env;
		this.printed = "";
		const child = fork(join(COMPILED, this.module.replace(/\.ts$/, ".js")), [], {
			execArgv: ["--enable-source-maps"],
			env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
			stdio: ["ignore", "pipe", "pipe", "ipc"],
		});
		this.process = child;
		// A channel that breaks while a message is sent to a process that was killed.
		child.on("error", () => undefined);
		endWithThisProcess(child);
		for (const stream of [child.stdout!, child.stderr!]) {
			stream.on("data", (chunk) => (this.printed = (this.printed + String(chunk)).slice(-KEPT_CHARACTERS)));
		}
	}

	/** Resolves when it takes requests. @throws Error with what it printed where it ends before, or is late */
	async ready(withinMs = READY_WITHIN_MS): Promise<void> {
		const deadline = Date.now() + withinMs;
		while (!(await this.isReady())) {
			const why = this.hasEnded
				? `ended (${this.process.exitCode ?? this.process.signalCode})`
				: Date.now() > deadline && `is not ready after ${withinMs} ms`;
			if (why) throw new Error(`${this.name} ${why}; it printed:\n${this.output}`);
			await sleep(LOOK_EVERY_MS);
		}
	}

	/** Whether it says so itself; a gateway must also show the catalogue. */
	async isReady(): Promise<boolean> {
		if (this.hasEnded) return false;
		const urls = [`${this.healthUrl}/readyz`, ...(this.url ? [`${this.url}/products`] : [])];
		return (await Promise.all(urls.map(isOk))).every((ok) => ok);
	}

	/** What it printed since it was started last, to the end. */
	get output(): string {
		return this.printed;
	}

	get hasEnded(): boolean {
		return !this.process || this.process.exitCode !== null || this.process.signalCode !== null;
	}

	/** As a lost machine would: at once. */
	async kill(): Promise<void> {
		if (this.hasEnded) return;
		this.process.kill("SIGKILL");
		await ended(this.process);
	}

	/** It stands still, and its connections stay open. */
	freeze(): void {
		this.process.kill("SIGSTOP");
	}

	thaw(): void {
		this.process.kill("SIGCONT");
	}

	/** In order. Resolves with its exit code. @throws Error where it takes too long; it is killed then */
	async stop(): Promise<number | null> {
		if (this.hasEnded) return this.process.exitCode;
		let late = false;
		const force = setTimeout(() => (late = this.process.kill("SIGKILL")), STOP_WITHIN_MS);
		this.process.kill("SIGTERM");
		const { code } = await ended(this.process);
		clearTimeout(force);
		if (late) throw new Error(`${this.name} did not stop within ${STOP_WITHIN_MS} ms; it printed:\n${this.output}`);
		return code;
	}

	/** Starts it again with its settings and ports, stopped in order before where it runs, and waits until it is ready. */
	async restart(): Promise<void> {
		await this.stop();
		this.start();
		await this.ready();
	}
}

async function isOk(url: string): Promise<boolean> {
	try {
		const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
		await answer.arrayBuffer();
		return answer.ok;
	} catch {
		return false;
	}
}
