import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { backoff } from "../../shared/timing/backoff";
import { endWithThisProcess } from "./guard";
import { say } from "./log";

const LOOK_EVERY_MS = 100;
const READY_WITHIN_MS = 60_000;
/** A process that ended by itself starts again after a pause, which doubles with each end in a row. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** After a process has run for this long, the pause is the first one again. */
const STEADY_AFTER_MS = 60_000;
/** This many last lines of its output are kept, and shown where it ends before it is ready. */
const KEPT_LINES = 20;

export interface ManagedProcessOptions {
	/** Short, because it precedes each line of its output. */
	name: string;
	command: string;
	args: readonly string[];
	/** Its environment; `starts` counts from 1. */
	env(starts: number): NodeJS.ProcessEnv;
	isReady(): Promise<boolean>;
	/** Called with each line of its output. */
	log(line: string): void;
}

/** A process of the cluster, which is started again whenever it ends by itself. */
export class ManagedProcess {
	private child: ChildProcess | undefined;
	private readonly lastLines: string[] = [];
	private wanted = true;
	private wasReady = false;
	private starts = 0;
	/** The number of times in a row that it ended by itself. */
	private endings = 0;

	constructor(private readonly options: ManagedProcessOptions) {}

	get name(): string {
		return this.options.name;
	}

	get pid(): number | undefined {
		return this.child?.pid;
	}

	/** Resolves when it is ready. @throws Error where it cannot be run, ends before (with its last lines), or is not ready within 60 s */
	async start(): Promise<void> {
		const { name, isReady } = this.options;
		let failure: string | undefined;
		const child = this.spawn();
		child.once("error", (error) => (failure = `${name} cannot be run: ${error.message}`));
		// "close" and not "exit": by then all of its output has been read.
		child.once("close", (code, signal) => {
			failure = [`${name} ended (${code ?? signal}); its last lines:`, ...this.lastLines].join("\n");
		});
		for (const deadline = Date.now() + READY_WITHIN_MS; !(await isReady()); await sleep(LOOK_EVERY_MS)) {
			if (failure !== undefined) throw new Error(failure);
			if (Date.now() > deadline) throw new Error(`${name} is not ready after ${READY_WITHIN_MS / 1_000} s`);
		}
		this.wasReady = true;
	}

	/** Stops it in order, and kills it after `withinMs`. Resolves with whether it stopped in order, or had ended before. */
	async stop(withinMs: number): Promise<boolean> {
		this.wanted = false;
		const { child } = this;
		if (!child || hasEnded(child)) return true;
		const force = setTimeout(() => child.kill("SIGKILL"), withinMs);
		const ended = once(child, "exit") as Promise<[number | null]>;
		child.kill("SIGTERM");
		const [code] = await ended;
		clearTimeout(force);
		return code === 0;
	}

	/** Kills it at once. */
	kill(): void {
		this.wanted = false;
		this.child?.kill("SIGKILL");
	}

	private spawn(): ChildProcess {
		const { command, args, env } = this.options;
		// A group of its own, so that Ctrl-C reaches only the command, which stops all processes in order.
		const child = spawn(command, args, { env: env(++this.starts), stdio: ["ignore", "pipe", "pipe"], detached: true });
		this.child = child;
		child.on("error", () => undefined);
		endWithThisProcess(child);
		this.read(child.stdout);
		this.read(child.stderr);
		const since = Date.now();
		child.once("exit", (code, signal) => this.onEnd(`${code ?? signal}`, Date.now() - since));
		return child;
	}

	private read(stream: Readable): void {
		createInterface(stream).on("line", (line) => {
			if (this.lastLines.push(line) > KEPT_LINES) this.lastLines.shift();
			this.options.log(line);
		});
	}

	private onEnd(how: string, ranForMs: number): void {
		if (!this.wanted || !this.wasReady) return;
		this.endings = ranForMs >= STEADY_AFTER_MS ? 1 : this.endings + 1;
		const pauseMs = backoff(this.endings, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
		say(this.name, `ended (${how}); it is started again in ${pauseMs / 1_000} s`);
		setTimeout(() => void this.startAgain(), pauseMs);
	}

	private async startAgain(): Promise<void> {
		if (!this.wanted) return;
		const child = this.spawn();
		while (!hasEnded(child) && !(await this.options.isReady())) await sleep(LOOK_EVERY_MS);
		if (!hasEnded(child)) say(this.name, `is ready again (process ${child.pid})`);
	}
}

function hasEnded(child: ChildProcess): boolean {
	return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
