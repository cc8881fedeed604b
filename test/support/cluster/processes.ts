import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { freePorts } from "../../../shared/process/ports";
import { COMPILED } from "../compile";
import { eventually } from "../world";

const ROOT = join(__dirname, "..", "..", "..");

/** A port of 127.0.0.1 that is free at this moment. */
export async function freePort(): Promise<number> {
	const [port] = await freePorts(1, "127.0.0.1");
	return port!;
}

/** Runs a TypeScript module of the project in a process of its own. Its standard error goes to the test's. */
export function run(module: string, args: readonly string[], env: Record<string, string>): ChildProcess {
	return fork(join(COMPILED, module.replace(/\.ts$/, ".js")), [...args], {
		cwd: ROOT,
		execArgv: ["--enable-source-maps"],
		env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
		stdio: ["ignore", "pipe", "inherit", "ipc"],
	});
}

/** Resolves when the child sends this message. @throws Error where it ends before, or after `withinMs` */
export function message(child: ChildProcess, expected: string, withinMs = 20_000): Promise<void> {
	return new Promise((resolve, reject) => {
		const late = setTimeout(() => reject(new Error(`no "${expected}" within ${withinMs} ms`)), withinMs);
		child.on("message", (text) => text === expected && (clearTimeout(late), resolve()));
		child.once("exit", (code, signal) => (clearTimeout(late), reject(new Error(`ended (${code ?? signal})`))));
	});
}

export function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
	if (child.exitCode !== null || child.signalCode !== null) {
		return Promise.resolve({ code: child.exitCode, signal: child.signalCode });
	}
	return new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
}

/** The output and the exit code of a child, once it has ended. */
export async function output(child: ChildProcess): Promise<{ text: string; code: number | null }> {
	let text = "";
	child.stdout?.on("data", (chunk) => (text += chunk));
	const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
	const { code } = await ended(child);
	await closed;
	return { text, code };
}

export interface RunningShop {
	url: string;
	process: ChildProcess;
	/** Stops it in order. Resolves with its exit code. */
	stop(): Promise<number | null>;
}

/** Starts the whole shop in a process of its own, as `npm start` does, on a free port or on `PORT`, and waits until it is ready. */
export async function startShopProcess(env: Record<string, string>): Promise<RunningShop> {
	const port = env.PORT ?? (await freePort());
	const child = run("start.ts", [], { LOGLEVEL: "error", ...env, PORT: String(port) });
	child.stdout?.resume();
	const url = `http://127.0.0.1:${port}`;
	const died = ended(child).then(({ code, signal }) => Promise.reject(new Error(`the shop ended (${code ?? signal})`)));
	const ready = eventually(
		() =>
			fetch(`${url}/readyz`).then(
				({ ok }) => ok,
				() => false,
			),
		20_000,
	);
	await Promise.race([ready, died]);
	died.catch(() => undefined);
	const stop = async () => {
		child.kill("SIGTERM");
		return (await ended(child)).code;
	};
	return { url, process: child, stop };
}

/** The most memory of an audit, in MB: it reads all documents and events of the shop, a million orders too. */
const AUDIT_MEMORY_MB = 20_000;

/** Runs `npm run audit` on a data folder. @throws Error with its report where anything differs */
export async function expectCleanAudit(dataDir: string, withinS = 20): Promise<void> {
	const env = { DATA_DIR: dataDir, NODE_OPTIONS: `--max-old-space-size=${AUDIT_MEMORY_MB}` };
	const { code, text } = await output(run("operator/audit/command.ts", ["--wait", String(withinS)], env));
	if (code !== 0) throw new Error(`the audit of ${dataDir} ends with ${code}:\n${text}`);
}
