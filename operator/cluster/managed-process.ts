import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./log";
import { endWithThisProcess } from "./guard";

const LOOK_EVERY_MS = 100;
const READY_WITHIN_MS = 60_000;
/** One that ended by itself is started again after a pause, which doubles from the first to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** One that ran for this long starts with the first pause again. */
const STEADY_AFTER_MS = 60_000;
/** What a process said last is shown where it ends before it was ready. */
const KEPT_LINES = 20;

export interface MemberOptions {
	/** Short, as it stands before each of its lines. */
	name: string;
	command: string;
	args: readonly string[];
	env: NodeJS.ProcessEnv;
	isReady(): Promise<boolean>;
	/** Is given each line that it prints. */
	log(line: string): void;
}

/** A process of the cluster: started, started again whenever it ends by itself, and stopped. */
export class Member {
	private child: ChildProcess | undefined;
	private readonly lastLines: string[] = [];
	private wanted = true;
	private wasReady = false;
	private pauseMs = FIRST_PAUSE_MS;

	constructor(private readonly options: MemberOptions) {}

	get name(): string {
		return this.options.name;
	}

	get pid(): number | undefined {
		return this.child?.pid;
	}

	/** Resolves when it is ready. @throws Error where it cannot be run, ends before (with what it said last), or is late */
	async start(): Promise<void> {
		const { name, isReady } = this.options;
		let failure: string | undefined;
		const child = this.spawn();
		child.once("error", (error) => (failure = `${name} cannot be run: ${error.message}`));
		// Not "exit": by "close" all that it said has been read.
		child.once("close", (code, signal) => {
			failure = [`${name} ended (${code ?? signal}); it said last:`, ...this.lastLines].join("\n");
		});
		for (const deadline = Date.now() + READY_WITHIN_MS; !(await isReady()); await sleep(LOOK_EVERY_MS)) {
			if (failure !== undefined) throw new Error(failure);
			if (Date.now() > deadline) throw new Error(`${name} is not ready after ${READY_WITHIN_MS / 1_000} s`);
		}
		this.wasReady = true;
	}

	/** Ends it in order, or else by force. Resolves with whether it ended in order, or had ended before. */
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

	/** At once. */
	kill(): void {
		this.wanted = false;
		this.child?.kill("SIGKILL");
	}

	private spawn(): ChildProcess {
		const { command, args, env } = this.options;
		// A group of its own: Ctrl-C is for whoever stops all of them in order.
		const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
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
		if (ranForMs >= STEADY_AFTER_MS) this.pauseMs = FIRST_PAUSE_MS;
		say(this.name, `ended (${how}); it is started again in ${this.pauseMs / 1_000} s`);
		setTimeout(() => void this.startAgain(), this.pauseMs);
		this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
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
