import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, ConfigError } from "../../config";
import { isLocked } from "../../shared/process/folder-lock";

/** The operator's commands that can be run on the cluster of a laptop, by name. */
const TOOLS: Readonly<Record<string, { module: string; needsServices: boolean }>> = {
	audit: { module: "../audit/command", needsServices: false },
	journal: { module: "../journal", needsServices: false },
	"dead-letters": { module: "../dead-letters", needsServices: false },
	repl: { module: "../repl/command", needsServices: true },
	samples: { module: "../samples", needsServices: true },
};
export const TOOL_NAMES = Object.keys(TOOLS);

/** The settings of the servers that a cluster has started itself. */
export type OwnSettings = Readonly<Record<string, string>>;

/** Keeps the settings of a running cluster, for the commands of its operator. */
export function keepSettings(dataDir: string, own: OwnSettings): void {
	writeFileSync(settingsFile(dataDir), JSON.stringify(own));
}

export function forgetSettings(dataDir: string): void {
	rmSync(settingsFile(dataDir), { force: true });
}

/**
 * Runs an operator's command on the cluster in this folder; `startServers` starts NATS and MongoDB where the cluster does not run.
 * Resolves with its exit code. @throws ConfigError where the command needs a cluster that runs, or there was none
 */
export async function runTool(
	[name = "", ...args]: readonly string[],
	config: Config,
	env: NodeJS.ProcessEnv,
	startServers: () => Promise<OwnSettings>,
): Promise<number> {
	const { module, needsServices } = TOOLS[name]!;
	const runs = config.natsUrls !== undefined || (await isRunning(config.dataDir));
	if (!runs && (needsServices || !existsSync(serverFolder(config.dataDir)))) {
		throw new ConfigError(`no cluster runs in ${config.dataDir}; start it by: npm run cluster`);
	}
	const own = runs ? readSettings(config.dataDir) : await startServers();
	const command = [...process.execArgv, require.resolve(module), ...args];
	// The user's settings come first: those of a cluster that was killed may be kept still.
	const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
	const tool = spawn(process.execPath, command, { env: { ...own, ...given }, stdio: "inherit" });
	process.once("exit", () => tool.kill());
	const [code] = (await once(tool, "exit")) as [number | null];
	return code ?? 1;
}

/** The folder of the NATS server that a cluster starts. */
function serverFolder(dataDir: string): string {
	return join(dataDir, "nats");
}

/** Whether a cluster runs the servers in this folder; it locks their folders. */
async function isRunning(dataDir: string): Promise<boolean> {
	return isLocked(serverFolder(dataDir)).catch(() => false);
}

function readSettings(dataDir: string): OwnSettings {
	try {
		return JSON.parse(readFileSync(settingsFile(dataDir), "utf8")) as OwnSettings;
	} catch {
		// A cluster whose servers are named by settings keeps none.
		return {};
	}
}

function settingsFile(dataDir: string): string {
	return join(dataDir, "cluster.json");
}
