import { type ChildProcess, fork } from "node:child_process";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceName } from "../../../config";
import { endWithThisProcess } from "../../../operator/cluster/guard";
import { COMPILED } from "../compile";
import { ended } from "./processes";

const LOOK_EVERY_MS = 50;
const ANSWER_WITHIN_MS = 2_000;
const READY_WITHIN_MS = 30_000;
/** A process of the shop ends itself 20 s after it was asked to stop. */
const STOP_WITHIN_MS = 25_000;
/** The last characters of the output are kept, and shown where something goes wrong. */
const KEPT_CHARACTERS = 8_000;

/** A process of a cluster, which a test can kill, freeze and start again. */
export class ShopProcess {
	/** The process that runs, or ran last. */
	child!: ChildProcess;
	/** Base URL of `/livez`, `/readyz` and `/metrics`. */
	healthUrl = "";
	/** Base URL of a gateway; undefined for other services. */
	url: string | undefined;
	private env: Record<string, string> = {};
	private printed = "";

	constructor(
		/** Such as `order-1`. */
		readonly name: string,
		readonly service: ServiceName,
		/** A module of this version, such as `start.ts`, or the path of another version's. */
		private readonly module: string,
	) {}

	/** Starts it with these settings; {@link ready} waits until it takes requests. */
	start(env = this.env): void {
		this.env = env;
		this.printed = "";
		const child = fork(resolve(COMPILED, this.module.replace(/\.ts$/, ".js")), [], {
			execArgv: ["--enable-source-maps"],
			env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
			stdio: ["ignore", "pipe", "pipe", "ipc"],
		});
		this.child = child;
		// The channel fails where a message is sent to a process that was just killed.
		child.on("error", () => undefined);
		endWithThisProcess(child);
		for (const stream of [child.stdout!, child.stderr!]) {
			stream.on("data", (chunk) => (this.printed = (this.printed + String(chunk)).slice(-KEPT_CHARACTERS)));
		}
	}

	/** Resolves when it takes requests. @throws Error with its output where it ends before, or is not ready after `withinMs` */
	async ready(withinMs = READY_WITHIN_MS): Promise<void> {
		const deadline = Date.now() + withinMs;
		while (!(await this.isReady())) {
			const why = this.hasEnded
				? `ended (${this.child.exitCode ?? this.child.signalCode})`
				: Date.now() > deadline && `is not ready after ${withinMs} ms`;
			if (why) throw new Error(`${this.name} ${why}; it printed:\n${this.output}`);
			await sleep(LOOK_EVERY_MS);
		}
	}

	/** Whether its readiness probe passes, and a gateway also lists products. */
	async isReady(): Promise<boolean> {
		if (this.hasEnded) return false;
		const urls = [`${this.healthUrl}/readyz`, ...(this.url ? [`${this.url}/products`] : [])];
		return (await Promise.all(urls.map(isOk))).every((ok) => ok);
	}

	/** The end of its output since the last start. */
	get output(): string {
		return this.printed;
	}

	get hasEnded(): boolean {
		return !this.child || this.child.exitCode !== null || this.child.signalCode !== null;
	}

	/** Ends it at once, as a lost machine would. */
	async kill(): Promise<void> {
		if (this.hasEnded) return;
		this.child.kill("SIGKILL");
		await ended(this.child);
	}

	/** Stops its execution; its connections stay open. */
	freeze(): void {
		this.child.kill("SIGSTOP");
	}

	thaw(): void {
		this.child.kill("SIGCONT");
	}

	/** Stops it in order. Resolves with its exit code. @throws Error where it takes more than 25 s; it is killed then */
	async stop(): Promise<number | null> {
		if (this.hasEnded) return this.child.exitCode;
		let late = false;
		const force = setTimeout(() => (late = this.child.kill("SIGKILL")), STOP_WITHIN_MS);
		this.child.kill("SIGTERM");
		const { code } = await ended(this.child);
		clearTimeout(force);
		if (late) throw new Error(`${this.name} did not stop within ${STOP_WITHIN_MS} ms; it printed:\n${this.output}`);
		return code;
	}

	/** Stops it in order if it runs, starts it with the same settings and ports, and waits until it is ready. */
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
