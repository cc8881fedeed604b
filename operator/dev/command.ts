import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../../config";
import { refuseWords, runCommand } from "../command-line";
import { servePages } from "./pages";
import type { ReloadAnswer, ReloadRequest } from "./reload";
import { changedFiles, lookAtSources, type Sources } from "./sources";

const ROOT = join(__dirname, "..", "..");
const START = join(ROOT, "start.ts");
const LOOK_EVERY_MS = 300;
/** A process that does not answer is restarted. */
const ANSWER_WITHIN_MS = 20_000;
/** The shop ends by itself within 20 s after the signal to stop. */
const STOP_WITHIN_MS = 22_000;

const USAGE = `usage: npm run dev
Runs the shop from its sources with the REPL. A save reloads the services that use the file, or restarts the shop; one of a page reloads it in the browser.
Exit code: that of the shop; 2: the command line is wrong.`;

/** The shop's process; undefined after it ended because of a defect, until the next save. */
let shop: ChildProcess | undefined;
let stopping = false;

/**
 * Runs the shop from its sources. A save reloads the services that use the saved file, or restarts the shop's process where more than services
 * use it. Sources that cannot be loaded are refused in one line, and the shop goes on with those from before.
 */
async function run(): Promise<void> {
	let seen = lookAtSources(ROOT);
	let loaded: Sources = seen;
	start();
	while (!stopping) {
		await sleep(LOOK_EVERY_MS);
		const now = lookAtSources(ROOT);
		const isSaving = changedFiles(seen, now).length > 0;
		const isNew = changedFiles(loaded, seen).length > 0;
		seen = now;
		// A save may take several writes.
		if (isSaving || !isNew || stopping) continue;
		const changed = changedFiles(loaded, now);
		loaded = now;
		const problem = await findProblem();
		if (problem === undefined) await takeOver(changed);
		else say(`not taken over, the shop goes on as it was: ${problem}`);
	}
}

/** Loads the sources in a process of their own. Resolves with one line that says why they cannot be loaded. */
async function findProblem(): Promise<string | undefined> {
	const args = [...process.execArgv, START, "--check"];
	const check = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
	let errors = "";
	check.stderr.on("data", (chunk) => (errors += String(chunk)));
	const [code] = (await once(check, "close")) as [number | null];
	return code === 0 ? undefined : lineOf(errors);
}

/** The line of an error's output that says what is wrong: the compiler's, with file and line, or else the error's message. */
function lineOf(errors: string): string {
	const lines = errors.split("\n").map((line) => line.trim());
	const telling = [/: ERROR: /, /^Funshop (cannot start|failed): /, /^\w*Error\b.*: /].map((pattern) =>
		lines.find((line) => pattern.test(line)),
	);
	return (telling.find((line) => line !== undefined) ?? lines.find((line) => line !== "") ?? "it ended").replace(
		`${ROOT}/`,
		"",
	);
}

async function takeOver(changed: string[]): Promise<void> {
	if (!shop) return start();
	const answer = await ask(shop, { changed });
	if (answer.reloaded) {
		if (answer.reloaded.length > 0) say(`reloaded ${answer.reloaded.join(", ")}`);
		return;
	}
	say("restarts the shop");
	await stop();
	if (!stopping) start();
}

/** Asks the shop's process; one that does not answer in time, or has ended, has to be restarted. */
async function ask(running: ChildProcess, request: ReloadRequest): Promise<ReloadAnswer> {
	if (!running.connected) return {};
	const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
	running.send(request);
	const ended = once(running, "exit", { signal }).then(() => [{}]);
	const [answer] = (await Promise.race([once(running, "message", { signal }), ended]).catch(() => [{}])) as [
		ReloadAnswer,
	];
	return answer;
}

function start(): void {
	const started = fork(START, ["--repl", "--reload"], { stdio: ["inherit", "inherit", "inherit", "ipc"] });
	shop = started;
	started.once("exit", (code) => {
		if (shop !== started) return;
		shop = undefined;
		// The REPL's "quit" ends the shop in order; a defect ends it with another code.
		if (code === 0) process.exit(0);
		say("the shop ended; the next save starts it again");
	});
}

async function stop(): Promise<void> {
	const running = shop;
	shop = undefined;
	if (!running || running.exitCode !== null || running.signalCode !== null) return;
	const force = setTimeout(() => running.kill("SIGKILL"), STOP_WITHIN_MS);
	running.kill("SIGTERM");
	await once(running, "exit");
	clearTimeout(force);
}

function say(line: string): void {
	process.stdout.write(`dev: ${line}\n`);
}

/** Ctrl-C reaches the shop's process too, which then has the signal twice and would stop at once: so it is sent only where that is not so. */
function stopOnSignal(signal: NodeJS.Signals): void {
	if (stopping) process.exit(1);
	stopping = true;
	const running = shop;
	if (!running) process.exit(0);
	if (signal !== "SIGINT") running.kill(signal);
	running.once("exit", (code) => process.exit(code ?? 1));
	shop = undefined;
}

runCommand(USAGE, async (args) => {
	refuseWords(args);
	const { host, port } = readConfig(process.env);
	for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stopOnSignal);
	say(`the pages, reloaded by a save: ${await servePages(ROOT, `http://${host}:${port}`)}`);
	await run();
});
