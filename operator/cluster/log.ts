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
}

/** The lines that a ready cluster prints: its URLs, a first request, its data folder, how to audit and to stop it. */
export function formatWelcome({ urls, processes, config }: Started): string {
	const [first, second] = urls;
	const lines = [
		`Funshop's cluster is ready after ${process.uptime().toFixed(1)} s, ${processes} processes${first ? `: ${urls.join(" and ")}` : ""}`,
		...(first ? ["  try   npm run cluster -- samples", `        curl ${second}/products`] : []),
		`  data  ${config.dataDir}`,
		"  look  npm run cluster -- audit    (or repl, journal, dead-letters)",
		"  stop  Ctrl-C",
	];
	return `\n${lines.join("\n")}\n\n`;
}
