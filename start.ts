import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceBroker } from "moleculer";
import { type Config, ConfigError, isLoopback, readConfig, SERVICE_NAMES } from "./config";
import { reloadOnRequest } from "./operator/dev/reload";
import { replOptions } from "./operator/repl/commands";
import { gatewayUrl } from "./services/api/api.service";
import { compileAll } from "./shared/calls/validation";
import { StartError } from "./shared/domain/start-error";
import { listenError } from "./shared/process/ports";
import { ProbeServer } from "./shared/health/probes";
import { cutOffTakeOver } from "./shared/process/take-over";
import { announceLeaving } from "./shared/health/readiness";
import { claimDataDir, createShop } from "./shop";
import { placesOf } from "./shop-places";
import { shopOf } from "./service-context";

/** The deadline of an orderly stop; less than the 30 s after which Kubernetes kills a pod. */
const STOP_DEADLINE_MS = 20_000;
/** A gateway of a cluster still answers for this long, so that load balancers notice that it is not ready. */
const LEAVE_MS = 1_500;

const USAGE = `usage: npm start [-- --check | --repl]
Runs the services of the shop that SERVICES names, all by default. Settings come from the environment: see README.md.
  --check   only loads the services, and checks the settings
  --repl    opens the REPL
`;

/** `--reload` is for `npm run dev`. */
const OPTIONS = ["--check", "--repl", "--reload"];

async function main(): Promise<void> {
	const options = process.argv.slice(2);
	if (options.includes("--help") || options.includes("-h")) return void process.stdout.write(USAGE);
	const unknown = options.find((option) => !OPTIONS.includes(option));
	if (unknown) throw new ConfigError(`"${unknown}" is no option; npm start -- --help lists them`);
	const config = readConfig(process.env);
	if (options.includes("--check")) return checkOnly(config);
	if (config.services.includes("api")) await checkPort("PORT", config.port, config.host);
	if (config.healthPort !== 0) await checkPort("HEALTH_PORT", config.healthPort, config.host);
	await claimDataDir(config);
	const broker = createShop(config, { replOptions });
	stopOnSignal(broker);
	for (const warning of warningsOf(config)) broker.getLogger("shop").warn(warning);
	if (config.healthPort !== 0) await new ProbeServer(broker, shopOf(broker).bus).listen(config.healthPort, config.host);
	await broker.start();
	process.stdout.write(welcome(broker, config));
	if (options.includes("--reload")) reloadOnRequest(broker);
	if (options.includes("--repl")) broker.repl();
}

/** Loads the services without starting them. @throws StartError on a wrong setting; Error on a defect, such as a schema that cannot be compiled */
async function checkOnly(config: Config): Promise<void> {
	const broker = createShop({ ...config, dataDir: ":memory:" });
	compileAll(broker);
	await broker.stop();
}

/** Settings that are allowed, and seldom meant. */
function warningsOf({ host, services, natsUrls }: Config): string[] {
	const missing = SERVICE_NAMES.filter((name) => !services.includes(name));
	return [
		...(isLoopback(host)
			? []
			: [`HOST=${host} and PROTECTED_MODE=off: everybody who reaches this port may use the shop`]),
		...(natsUrls || missing.length === 0
			? []
			: [
					`SERVICES leaves out ${missing.join(", ")}, and without TRANSPORTER no other process can be reached: what they do is missing`,
				]),
	];
}

/** Checks that the port can be listened on, before anything is opened. @throws ConfigError that names the setting */
async function checkPort(name: string, port: number, host: string): Promise<void> {
	const code = await listenError(port, host);
	switch (code) {
		case undefined:
			return;
		case "EADDRINUSE":
			throw new ConfigError(`${name}=${port} is in use on ${host}; set ${name} to another port`);
		case "EACCES":
			throw new ConfigError(`${name}=${port} needs more rights than this user has; set ${name} to another port`);
		default:
			throw new ConfigError(`HOST=${host} is not an address of this machine (${code})`);
	}
}

function welcome(broker: ServiceBroker, config: Config): string {
	const { services } = config;
	const url = gatewayUrl(broker);
	const lines = [
		`Funshop is ready after ${process.uptime().toFixed(1)} s${url ? `: ${url}` : ` with ${services.join(", ")}`}`,
		...(url ? [`  try   curl ${url}/products`, `  API   ${url}/openapi.json`] : []),
		...placesOf(config).map((place) => `  data  ${place}`),
		"  stop  Ctrl-C",
	];
	return `\n${lines.join("\n")}\n\n`;
}

/** The first signal stops the shop in order, the second at once. */
function stopOnSignal(broker: ServiceBroker): void {
	let stopping = false;
	const stop = (signal: string) => {
		if (stopping) process.exit(1);
		stopping = true;
		broker.getLogger("shop").info(`${signal}: stopping`);
		setTimeout(() => process.exit(1), STOP_DEADLINE_MS);
		// A broker that has not started has no requests to finish.
		if (!broker.started) return void cutOffTakeOver().then(() => process.exit(0));
		void stopInOrder(broker).then((inOrder) => process.exit(inOrder ? 0 : 1));
	};
	process.on("SIGTERM", stop).on("SIGINT", stop);
	// The process that forked this one has ended.
	process.once("disconnect", () => stop("disconnect"));
	process.channel?.unref();
}

/** Stops the gateway first, so that the other services can still finish its requests. Resolves with whether all stopped without an error. */
async function stopInOrder(broker: ServiceBroker): Promise<boolean> {
	try {
		announceLeaving(broker);
		const gateway = broker.getLocalService("api");
		if (gateway && shopOf(broker).config.natsUrls) await sleep(LEAVE_MS);
		if (gateway) await broker.destroyService(gateway);
		await broker.stop();
		return true;
	} catch (error) {
		broker.getLogger("shop").error("The shop did not stop in order", error);
		return false;
	}
}

/** Prints one line for a wrong setting, or the stack of a defect, and exits with 1. */
function fail(error: unknown): never {
	const { code, port } = (error ?? {}) as { code?: unknown; port?: unknown };
	const text =
		error instanceof StartError
			? `Funshop cannot start: ${error.message}`
			: code === "EADDRINUSE"
				? `Funshop cannot start: port ${String(port)} is in use; set PORT and HEALTH_PORT to others`
				: `Funshop failed: ${(error as Error)?.stack ?? String(error)}`;
	process.stderr.write(`${text}\n`);
	process.exit(1);
}

process.on("uncaughtException", fail);
main().catch(fail);
