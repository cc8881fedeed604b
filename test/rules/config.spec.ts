import { ConfigError, readConfig, SERVICE_NAMES } from "../../config";

describe("a shop without settings", () => {
	it("has the defaults that the README names", () => {
		expect(readConfig({})).toMatchObject({
			services: SERVICE_NAMES,
			host: "127.0.0.1",
			port: 8080,
			healthPort: 0,
			dataDir: `${process.cwd()}/data`,
			corsOrigins: [],
			currency: "KRW",
			orderExpiresAfterMs: 1_800_000,
			payment: { timeoutMs: 3_000, concurrency: 10, queue: 100 },
			simulated: { latencyMs: 0, concurrency: 0, failRate: 0, hangRate: 0, loseAnswerRate: 0 },
			webhook: undefined,
			natsUrls: undefined,
			mongoUris: {},
		});
	});

	it("treats an empty variable as unset", () => {
		expect(readConfig({ PORT: "", TRANSPORTER: "", CORS_ORIGINS: "", SERVICES: "" })).toEqual(readConfig({}));
	});
});

describe("a variable that is no setting", () => {
	it.each([
		["PAYMENT_TIMEOUT", "PAYMENT_TIMEOUT_MS"],
		["PAYMENT_SIM_LATENCY", "PAYMENT_SIM_LATENCY_MS"],
		["FUNSHOP_PORT", "PORT"],
		["FUNSHOP_DATA_DIR", "DATA_DIR"],
		["NOTIFY_WEBHOOK", "NOTIFY_WEBHOOK_URL"],
		["MONGO_URL", "MONGO_URI"],
		["LOG_LEVEL", "LOGLEVEL"],
		["TRANSPORTR", "TRANSPORTER"],
	])("such as %s ends the start where it looks like one, with %s as suggestion", (name, meant) => {
		expect(() => readConfig({ [name]: "1" })).toThrow(`${name} is no setting of the shop; do you mean ${meant}?`);
	});

	it.each([
		["PATH", "/bin"],
		["HOSTS", "a"],
		["POD_NAMESPACE", "shop"],
		["NODE_ENV", "production"],
		["PAYMENT_SERVICE_HOST", "10.0.0.1"],
		["PAYMENT_SERVICE_PORT_HTTP", "3030"],
		["PAYMENT_PORT", "tcp://10.0.0.1:3030"],
		["PAYMENT_PORT_3030_TCP_ADDR", "10.0.0.1"],
		["FUNSHOP_PORT", ""],
	])("such as %s is left alone where it is another program's, or empty", (name, value) => {
		expect(readConfig({ [name]: value })).toEqual(readConfig({}));
	});
});

describe("a setting", () => {
	it.each<[string, string, object]>([
		["SERVICES", "api, order", { services: ["order", "api"] }],
		["PORT", "0", { port: 0 }],
		["HEALTH_PORT", "3030", { healthPort: 3030 }],
		["HOST", "::1", { host: "::1" }],
		["HOST", "localhost", { host: "localhost" }],
		["HOST", "127.0.0.2", { host: "127.0.0.2" }],
		["DATA_DIR", ":memory:", { dataDir: ":memory:" }],
		["CORS_ORIGINS", "*", { corsOrigins: "*" }],
		[
			"CORS_ORIGINS",
			"https://a.example, http://b.example:81",
			{ corsOrigins: ["https://a.example", "http://b.example:81"] },
		],
		["CURRENCY", "EUR", { currency: "EUR" }],
		["EVENTS_KEPT_DAYS", "7", { eventsKeptMs: 604_800_000 }],
		["PAYMENT_SIM_FAIL_RATE", "0.25", { simulated: expect.objectContaining({ failRate: 0.25 }) }],
		["TRANSPORTER", "nats://a:4222, tls://u:p@b", { natsUrls: ["nats://a:4222", "tls://u:p@b"] }],
		["MONGO_URI_ORDER", "mongodb://a,b/shop?replicaSet=r", { mongoUris: { order: "mongodb://a,b/shop?replicaSet=r" } }],
	])("%s=%s is taken", (name, value, expected) => {
		expect(readConfig({ [name]: value })).toMatchObject(expected);
	});

	it.each([
		["SERVICES", "api,orders"],
		["SERVICES", ","],
		["PORT", "eighty"],
		["PORT", "-1"],
		["PORT", "65536"],
		["PORT", "80.5"],
		["PORT", "0x50"],
		["PORT", "1e3"],
		["HEALTH_PORT", "70000"],
		["HEALTH_PORT", "8080"],
		["HOST", "0.0.0.0"],
		["HOST", "::"],
		["HOST", "shop.example"],
		["HOST", "127.evil.example"],
		["PROTECTED_MODE", "yes"],
		["NAMESPACE", "a.b"],
		["LOGLEVEL", "loud"],
		["CORS_ORIGINS", "shop.example"],
		["CORS_ORIGINS", "https://shop.example/path"],
		["CORS_ORIGINS", "https://shop.example,*"],
		["CURRENCY", "won"],
		["EVENTS_KEPT_DAYS", "0"],
		["EVENTS_KEPT_DAYS", "0.5"],
		["ORDER_EXPIRES_AFTER_S", "0"],
		["PAYMENT_TIMEOUT_MS", "60000"],
		["PAYMENT_CONCURRENCY", "0"],
		["PAYMENT_QUEUE", "0"],
		["PAYMENT_PROVIDER", "stripe"],
		["PAYMENT_SIM_LATENCY_MS", "-5"],
		["PAYMENT_SIM_CONCURRENCY", "many"],
		["PAYMENT_SIM_FAIL_RATE", "1.5"],
		["PAYMENT_SIM_HANG_RATE", "NaN"],
		["PAYMENT_SIM_LOSE_ANSWER_RATE", "-0.1"],
		["NOTIFY_WEBHOOK_URL", "ftp://shop.example"],
		["NOTIFY_WEBHOOK_URL", "https://shop.example"],
		["NOTIFY_WEBHOOK_SECRET", "alone"],
		["AUTH_JWKS_URL", "https://shop.example"],
		["STRIPE_SECRET_KEY", "x"],
		["TRANSPORTER", "NATS"],
		["TRANSPORTER", "redis://127.0.0.1"],
		["TRANSPORTER", "nats://a:4222,"],
		["MONGO_URI", "127.0.0.1"],
		["MONGO_URI_ORDER", "http://127.0.0.1"],
		["MONGO_URI_ORDERS", "mongodb://127.0.0.1"],
		["MONGO_URI_API", "mongodb://127.0.0.1"],
	])("%s=%s is refused in one line that names it", (name, value) => {
		const read = () => readConfig({ [name]: value });
		expect(read).toThrow(ConfigError);
		expect(read).toThrow(new RegExp(`^[^\\n]*${name}[^\\n]*$`));
	});

	const NOTIFY_WEBHOOK_URL = "https://shop.example/messages";
	const whsec = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`;

	it.each([["plain-secret"], [whsec(24)], [whsec(64)]])("NOTIFY_WEBHOOK_SECRET=%s is taken", (secret) => {
		const { webhook } = readConfig({ NOTIFY_WEBHOOK_URL, NOTIFY_WEBHOOK_SECRET: secret });
		expect(webhook).toEqual({ url: NOTIFY_WEBHOOK_URL, secret });
	});

	it.each<[string, string]>([
		["is empty", "whsec_"],
		["is no base64", `whsec_${"!".repeat(40)}`],
		["is base64 of another alphabet", `${whsec(30).slice(0, -1)}_`],
		["is cut off", whsec(32).slice(0, -3)],
		["is too short", whsec(23)],
		["is too long", whsec(65)],
	])("NOTIFY_WEBHOOK_SECRET is refused in one line where its key %s", (_how, secret) => {
		const read = () => readConfig({ NOTIFY_WEBHOOK_URL, NOTIFY_WEBHOOK_SECRET: secret });
		expect(read).toThrow(new ConfigError("NOTIFY_WEBHOOK_SECRET must have the base64 of 24 to 64 bytes after whsec_"));
	});

	it.each([["https://me:s3cr3t@shop.example"], ["https://me@shop.example"], ["https://:s3cr3t@shop.example"]])(
		"NOTIFY_WEBHOOK_URL=%s is refused in one line, as no request could be sent to it",
		(url) => {
			const read = () => readConfig({ NOTIFY_WEBHOOK_URL: url, NOTIFY_WEBHOOK_SECRET: "plain-secret" });
			expect(read).toThrow(
				new ConfigError("NOTIFY_WEBHOOK_URL may not have a user and password; messages are signed instead"),
			);
		},
	);

	it.each([
		{ NOTIFY_WEBHOOK_SECRET: "s3cr3t" },
		{ NOTIFY_WEBHOOK_URL, NOTIFY_WEBHOOK_SECRET: "whsec_s3cr3t" },
		{ NOTIFY_WEBHOOK_URL: "https://me:s3cr3t@shop.example", NOTIFY_WEBHOOK_SECRET: "plain-secret" },
		{ TRANSPORTER: "nats:user:s3cr3t@host" },
		{ MONGO_URI: "mongo://user:s3cr3t@host" },
	])("that holds a secret is refused without repeating the secret", (setting) => {
		const message = (() => {
			try {
				readConfig(setting);
			} catch (error) {
				return (error as Error).message;
			}
		})();
		expect(message).toEqual(expect.not.stringContaining("s3cr3t"));
	});

	it("for one service's documents replaces the one for all services", () => {
		const { mongoUris } = readConfig({ MONGO_URI: "mongodb://all", MONGO_URI_PAYMENT: "mongodb://money" });
		expect(mongoUris).toMatchObject({ order: "mongodb://all", payment: "mongodb://money", customer: "mongodb://all" });
		expect(mongoUris).not.toHaveProperty("api");
	});

	it("to listen on all addresses is taken where protected mode is off", () => {
		expect(readConfig({ HOST: "0.0.0.0", PROTECTED_MODE: "off" })).toMatchObject({ host: "0.0.0.0" });
	});
});
