import type { Config } from "../../config";

const WIDTH = "notification-1".length;
const COLOURS = [36, 33, 32, 35, 34, 96, 92, 95] as const;
/** What each process says at its start is said once for all of them. */
const WELCOME = /^(Funshop is ready after| {2}(try|API|data|stop) )/;

const coloured = process.stdout.isTTY && process.stdout.hasColors();
const colours = new Map<string, number>();

/** One line of the cluster's log. */
export function say(name: string, line: string): void {
	const shown = name.padEnd(WIDTH);
	process.stdout.write(`${coloured ? `\x1b[${colourOf(name)}m${shown}\x1b[0m` : shown} | ${line}\n`);
}

/** Shows what a process of the shop prints. */
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
	/** Settings that the cluster has made itself. */
	own: Readonly<Record<string, string>>;
}

/** What to do with a cluster that is ready. */
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

/** The settings that whoever looks at this cluster needs, for a shell. Of URLs that were given only the name: they may hold a password. */
function settingsOf(own: Readonly<Record<string, string>>): string {
	const given = Object.keys(process.env).filter(
		(name) => /^(TRANSPORTER|NAMESPACE|MONGO_URI(_[A-Z]+)?)$/.test(name) && process.env[name] && !(name in own),
	);
	return [
		...Object.entries(own).map(([name, value]) => `${name}=${/^[\w:/.@-]*$/.test(value) ? value : `'${value}'`}`),
		...given.map((name) => `${name}="$${name}"`),
	].join(" ");
}
