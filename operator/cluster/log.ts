import type { Config } from "../../config";

const WIDTH = "notification-1".length;
const COLOURS = [36, 33, 32, 35, 34, 96, 92, 95] as const;
/** The lines that each process prints at its start are left out: the cluster prints its own. */
const WELCOME = /^(Funshop is ready after| {2}(try|API|data|stop) )/;

const coloured = process.stdout.isTTY && process.stdout.hasColors();
const colours = new Map<string, number>();

/** Prints one line of the cluster's log. */
export function say(name: string, line: string): void {
	const shown = name.padEnd(WIDTH);
	process.stdout.write(`${coloured ? `\x1b[${colourOf(name)}m${shown}\x1b[0m` : shown} | ${line}\n`);
}

/** A logger for the output of a process of the shop. */
export function logger(name: string): (line: string) => void {
	return (line) => {
		if (line !== "" && !WELCOME.test(line)) say(name, line);
	};
}

/** One colour for all processes of a service. */
function colourOf(name: string): number {
	const service = name.replace(/-\d+$/, "");
	if (!colours.has(service)) colours.set(service, COLOURS[colours.size % COLOURS.length]!);
	return colours.get(service)!;
}

export interface Started {
	urls: readonly string[];
	processes: number;
	config: Config;
	/** Settings of the servers that the cluster has started itself, and its data folder. */
	own: Readonly<Record<string, string>>;
}

/** The lines that a ready cluster prints: its URLs, a first request, its data folder, how to audit and to stop it. */
export function formatWelcome({ urls, processes, config, own }: Started): string {
	const { currency } = config;
	const product = JSON.stringify({ name: "Green tea", price: { amount: 9_000, currency }, stock: 100 });
	const [first, second] = urls;
	const lines = [
		`Funshop's cluster is ready after ${process.uptime().toFixed(1)} s, ${processes} processes${first ? `: ${urls.join(" and ")}` : ""}`,
		...(first
			? [
					`  try   curl ${first}/products -H 'Content-Type: application/json' -d '${product}'`,
					`        curl ${second}/products`,
				]
			: []),
		`  data  ${config.dataDir}`,
		`  look  ${settingsOf(own)} npm run audit`,
		"  stop  Ctrl-C",
	];
	return `\n${lines.join("\n")}\n\n`;
}

/** The settings with which a command finds this cluster, for a shell. Settings of the user appear by name only: they may hold a password. */
function settingsOf(own: Readonly<Record<string, string>>): string {
	const given = Object.keys(process.env).filter(
		(name) => /^(TRANSPORTER|NAMESPACE|MONGO_URI(_[A-Z]+)?)$/.test(name) && process.env[name] && !(name in own),
	);
	return [
		...Object.entries(own).map(([name, value]) => `${name}=${/^[\w:/.@-]*$/.test(value) ? value : `'${value}'`}`),
		...given.map((name) => `${name}="$${name}"`),
	].join(" ");
}
