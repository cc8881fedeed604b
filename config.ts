import { isIP } from "node:net";
import { resolve } from "node:path";
import { StartError } from "./shared/domain/start-error";
import { findMisspelt } from "./shared/process/misspelt-settings";

/** Every service of the shop, in the order in which they start. */
export const SERVICE_NAMES = [
	"product",
	"payment",
	"order",
	"cart",
	"customer",
	"notification",
	"operator",
	"api",
] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Every service but the gateway, which has no store. */
export const STORING_SERVICES = SERVICE_NAMES.filter((name) => name !== "api");

/** Every service that handles events. */
export const HANDLING_SERVICES = STORING_SERVICES.filter((name) => name !== "operator");

/** The owner of a store: a service, or `provider`, the simulated payment processor with its ledger. */
export type StoreName = (typeof STORING_SERVICES)[number] | "provider";

/** All that the shop keeps in stores: those of the services and of the payment processor, and the settings of its data. */
export const PLACES: ReadonlyArray<StoreName | "shop"> = [...STORING_SERVICES, "provider", "shop"];

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace"] as const;

/** A wrong setting, with which the shop cannot start; the message is one line that names it. */
export class ConfigError extends StartError {}

const DAY_MS = 86_400_000;
/** The least length of `OPERATOR_TOKEN`. */
const TOKEN_LENGTH = 16;

/** Variables of features that are not built: setting one ends the start, because the feature would silently not work. */
const NOT_BUILT = /^(AUTH_.*|STRIPE_.*)$/;

/** The faults of the simulated payment processor; rates are 0 to 1. */
export interface SimulatedFaults {
	/** The least duration of each request. */
	latencyMs: number;
	/** Requests served at the same time; 0: no limit. */
	concurrency: number;
	/** Share of requests that get an error, without a capture. */
	failRate: number;
	/** Share of requests with neither a capture nor an answer. */
	hangRate: number;
	/** Share of requests with a capture, but no answer. */
	loseAnswerRate: number;
}

export type Config = ReturnType<typeof readConfig>;

/** Reads all settings of the environment. @throws ConfigError that names the first wrong setting */
export function readConfig(env: Readonly<Record<string, string | undefined>>) {
	const read = new Reader(env);
	for (const name of Object.keys(env)) {
		if (NOT_BUILT.test(name) && env[name]) throw new ConfigError(`${name} is set, but its feature is not built yet`);
	}
	const host = read.text("HOST", "127.0.0.1");
	const protectedMode = read.oneOf("PROTECTED_MODE", ["on", "off"], "on") === "on";
	if (protectedMode && !isLoopback(host)) {
		throw new ConfigError(
			`HOST=${host} is not a loopback address, and the shop has no sign-in; leave HOST away, or set PROTECTED_MODE=off and let only those reach the port who may use it (in a container: docker run -e PROTECTED_MODE=off -p 127.0.0.1:8080:8080)`,
		);
	}
	const port = read.integer("PORT", 8080, 0, 65_535);
	const healthPort = read.integer("HEALTH_PORT", 0, 0, 65_535);
	if (healthPort !== 0 && healthPort === port) throw new ConfigError(`HEALTH_PORT=${healthPort} is PORT already`);
	// There is no other payment processor yet.
	read.oneOf("PAYMENT_PROVIDER", ["simulated"], "simulated");
	const config = {
		services: read.services(),
		host,
		protectedMode,
		port,
		healthPort,
		dataDir: read.dataDir(),
		natsUrls: read.natsUrls(),
		mongoUris: read.mongoUris(),
		namespace: read.namespace(),
		nodeId: read.optional("NODEID"),
		logLevel: read.oneOf("LOGLEVEL", LOG_LEVELS, "info"),
		corsOrigins: read.origins(),
		operatorToken: read.operatorToken(),
		currency: read.currency(),
		eventsKeptMs: read.integer("EVENTS_KEPT_DAYS", 30, 1, 36_500) * DAY_MS,
		orderExpiresAfterMs: read.integer("ORDER_EXPIRES_AFTER_S", 1_800, 1, 31_536_000) * 1_000,
		payment: {
			// Paying waits up to 1 s for stock and must answer within 5 s, so this is at most 3.5 s.
			timeoutMs: read.integer("PAYMENT_TIMEOUT_MS", 3_000, 50, 3_500),
			concurrency: read.integer("PAYMENT_CONCURRENCY", 10, 1, 10_000),
			queue: read.integer("PAYMENT_QUEUE", 100, 1, 100_000),
		},
		simulated: {
			latencyMs: read.integer("PAYMENT_SIM_LATENCY_MS", 0, 0, 600_000),
			concurrency: read.integer("PAYMENT_SIM_CONCURRENCY", 0, 0, 100_000),
			failRate: read.rate("PAYMENT_SIM_FAIL_RATE"),
			hangRate: read.rate("PAYMENT_SIM_HANG_RATE"),
			loseAnswerRate: read.rate("PAYMENT_SIM_LOSE_ANSWER_RATE"),
		} satisfies SimulatedFaults,
		webhook: read.webhook(),
	};
	read.refuseMisspelt();
	return config;
}

/** The MongoDB URI of a store; undefined where the store is in the data folder. The ledger shares payment's database. */
export function mongoUriOf(
	{ mongoUris = {} }: Partial<Pick<Config, "mongoUris">>,
	store: StoreName,
): string | undefined {
	return mongoUris[store === "provider" ? "payment" : store];
}

/** Reads single settings; each method throws a ConfigError that names the variable and what it must be. */
class Reader {
	private readonly known = new Set<string>();

	constructor(private readonly env: Readonly<Record<string, string | undefined>>) {}

	/** The variable's value. An empty variable counts as not set, because Compose and Kubernetes files set such ones. */
	optional(name: string): string | undefined {
		this.known.add(name);
		return this.env[name]?.trim() || undefined;
	}

	text(name: string, otherwise: string): string {
		return this.optional(name) ?? otherwise;
	}

	/** @throws ConfigError for a variable that looks like one of those that were read */
	refuseMisspelt(): void {
		const found = findMisspelt(this.env, this.known);
		if (found) throw new ConfigError(`${found.name} is no setting of the shop; do you mean ${found.meant}?`);
	}

	integer(name: string, otherwise: number, min: number, max: number): number {
		const text = this.optional(name);
		if (text === undefined) return otherwise;
		const value = Number(text);
		if (!/^[0-9]+$/.test(text) || value < min || value > max) {
			throw new ConfigError(`${name}=${text} must be a whole number from ${min} to ${max}`);
		}
		return value;
	}

	rate(name: string): number {
		const text = this.optional(name) ?? "0";
		const value = Number(text);
		if (!(value >= 0 && value <= 1)) throw new ConfigError(`${name}=${text} must be a number from 0 to 1`);
		return value;
	}

	oneOf<const Choice extends string>(name: string, choices: readonly Choice[], otherwise: Choice): Choice {
		const text = this.text(name, otherwise);
		const choice = choices.find((candidate) => candidate === text);
		if (!choice) throw new ConfigError(`${name}=${text} must be one of: ${choices.join(", ")}`);
		return choice;
	}

	services(): ServiceName[] {
		const names = this.text("SERVICES", SERVICE_NAMES.join(","))
			.split(",")
			.map((name) => name.trim())
			.filter((name) => name !== "");
		const unknown = names.find((name) => !SERVICE_NAMES.includes(name as ServiceName));
		if (unknown) throw new ConfigError(`SERVICES names "${unknown}"; there are: ${SERVICE_NAMES.join(", ")}`);
		if (names.length === 0) throw new ConfigError(`SERVICES names none; there are: ${SERVICE_NAMES.join(", ")}`);
		return SERVICE_NAMES.filter((name) => names.includes(name));
	}

	dataDir(): string {
		const path = this.text("DATA_DIR", "./data");
		return path === ":memory:" ? path : resolve(path);
	}

	/** One URL for each server of a NATS cluster; undefined where the whole shop is one process. */
	natsUrls(): string[] | undefined {
		const text = this.optional("TRANSPORTER");
		if (text === undefined) return undefined;
		return text.split(",").map((entry) => {
			const url = entry.trim();
			const { protocol = "", hostname = "" } = URL.canParse(url) ? new URL(url) : {};
			// The message leaves the value out, because it may hold a password.
			if (!/^(nats|tls):$/.test(protocol) || hostname === "") {
				throw new ConfigError("TRANSPORTER must be nats://host:port, or several of them with commas between");
			}
			return url;
		});
	}

	/** By service, the MongoDB URI of its documents; those of other services are in DATA_DIR. */
	mongoUris(): Partial<Record<ServiceName, string>> {
		const all = this.mongoUri("MONGO_URI");
		const uris: Partial<Record<ServiceName, string>> = {};
		if (all !== undefined) for (const name of STORING_SERVICES) uris[name] = all;
		for (const variable of Object.keys(this.env)) {
			const [, service] = /^MONGO_URI_(.*)$/.exec(variable) ?? [];
			if (service === undefined || this.optional(variable) === undefined) continue;
			const name = STORING_SERVICES.find((candidate) => candidate.toUpperCase() === service);
			if (!name)
				throw new ConfigError(`${variable} names no service that stores; there are: ${STORING_SERVICES.join(", ")}`);
			uris[name] = this.mongoUri(variable);
		}
		return uris;
	}

	private mongoUri(name: string): string | undefined {
		const uri = this.optional(name);
		// The driver checks the rest. The message leaves the value out, because it may hold a password.
		if (uri !== undefined && !/^mongodb(\+srv)?:\/\/[^/]+/.test(uri))
			throw new ConfigError(`${name} must look like mongodb://host:port/database`);
		return uri;
	}

	namespace(): string {
		const name = this.optional("NAMESPACE") ?? "";
		if (!/^[A-Za-z0-9_-]{0,64}$/.test(name)) {
			throw new ConfigError(`NAMESPACE=${name} may have up to 64 letters, digits, "-" and "_"`);
		}
		return name;
	}

	currency(): string {
		const currency = this.text("CURRENCY", "KRW");
		if (!Intl.supportedValuesOf("currency").includes(currency)) {
			throw new ConfigError(`CURRENCY=${currency} must be a code of ISO 4217, such as KRW`);
		}
		return currency;
	}

	/** The origins that browsers may call from; `"*"`: any. */
	origins(): "*" | string[] {
		const text = this.optional("CORS_ORIGINS");
		if (text === undefined) return [];
		if (text === "*") return "*";
		return text.split(",").map((entry) => {
			const origin = entry.trim();
			if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
				throw new ConfigError(`CORS_ORIGINS names "${origin}"; an origin looks like https://shop.example.com`);
			}
			return origin;
		});
	}

	/** The token that every request of the operator's console has to bring; undefined: none is needed, or there is no console. */
	operatorToken(): string | undefined {
		const token = this.optional("OPERATOR_TOKEN");
		if (token === undefined) return undefined;
		// The message leaves the value out, because it is a secret.
		if (token.length < TOKEN_LENGTH || token.length > 512 || !/^[A-Za-z0-9._~+/-]+=*$/.test(token))
			throw new ConfigError(
				`OPERATOR_TOKEN must have ${TOKEN_LENGTH} to 512 letters, digits and signs of "-._~+/", as openssl rand -base64 24 makes them`,
			);
		return token;
	}

	webhook(): { url: string; secret: string } | undefined {
		const url = this.optional("NOTIFY_WEBHOOK_URL");
		const secret = this.optional("NOTIFY_WEBHOOK_SECRET");
		if (url === undefined) {
			if (secret !== undefined) throw new ConfigError("NOTIFY_WEBHOOK_SECRET is set without NOTIFY_WEBHOOK_URL");
			return undefined;
		}
		if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : "")) {
			throw new ConfigError("NOTIFY_WEBHOOK_URL must be an http or https URL");
		}
		const { username, password } = new URL(url);
		if (username !== "" || password !== "")
			throw new ConfigError("NOTIFY_WEBHOOK_URL may not have a user and password; messages are signed instead");
		if (secret === undefined)
			throw new ConfigError("NOTIFY_WEBHOOK_URL needs NOTIFY_WEBHOOK_SECRET to sign messages with");
		if (secret.startsWith("whsec_") && !isStandardKey(secret.slice("whsec_".length)))
			throw new ConfigError("NOTIFY_WEBHOOK_SECRET must have the base64 of 24 to 64 bytes after whsec_");
		return { url, secret };
	}
}

/** Whether `text` is the base64 of a key as Standard Webhooks has it: 24 to 64 bytes. */
function isStandardKey(text: string): boolean {
	const key = Buffer.from(text, "base64");
	return key.toString("base64") === text && key.length >= 24 && key.length <= 64;
}

/** Whether only this machine can reach a server that listens on `host`. */
export function isLoopback(host: string): boolean {
	return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
