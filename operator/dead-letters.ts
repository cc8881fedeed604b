import type { Logger } from "moleculer";
import { readConfig } from "../config";
import { systemClock, withDeadline } from "../shared/domain/clock";
import { JetStreamCarrier } from "../shared/events/jetstream/jetstream-bus";
import { deadLetterInFull, deadLetterTable } from "./repl/tables";

const USAGE = "usage: npm run dead-letters -- list | show|replay|drop <consumer> <factId>";
const OPEN_WITHIN_MS = 5_000;

/** Facts that services of a cluster gave up. Exit code 0: done; 1: there is no such letter; 2: cannot tell. */
async function main(): Promise<void> {
	const [what = "", consumer, factId, ...more] = process.argv.slice(2);
	const words = [consumer, factId].filter((word) => word !== undefined).length;
	const known = what === "list" ? words === 0 : ["show", "replay", "drop"].includes(what) && words === 2;
	if (!known || more.length > 0) throw new Error(USAGE);
	const { natsUrls, namespace } = readConfig(process.env);
	if (!natsUrls) {
		throw new Error(
			"TRANSPORTER is not set: of a shop in one process, dead letters are seen to in its REPL (npm run dev)",
		);
	}
	const carrier = new JetStreamCarrier({
		urls: natsUrls,
		namespace,
		clock: systemClock,
		logger: toStderr,
		create: false,
	});
	try {
		await withDeadline(
			carrier.open(),
			OPEN_WITHIN_MS,
			() => new Error(`NATS does not answer within ${OPEN_WITHIN_MS} ms`),
		);
		process.stdout.write(`${await answer(carrier, what, consumer!, factId!)}\n`);
	} finally {
		await carrier.close();
	}
}

async function answer(carrier: JetStreamCarrier, what: string, consumer: string, factId: string): Promise<string> {
	switch (what) {
		case "list":
			return deadLetterTable(await carrier.deadLetters());
		case "show": {
			const letter = await carrier.deadLetter(consumer, factId);
			return letter ? deadLetterInFull(letter) : unknown(consumer, factId);
		}
		case "replay":
			return (await carrier.replay(consumer, factId))
				? `${consumer} tries ${factId} again.`
				: unknown(consumer, factId);
		default:
			return (await carrier.drop(consumer, factId))
				? `${factId} is dropped for ${consumer}.`
				: unknown(consumer, factId);
	}
}

function unknown(consumer: string, factId: string): string {
	process.exitCode = 1;
	return `${consumer} has no dead letter ${factId}.`;
}

const say = (...parts: unknown[]) => void process.stderr.write(`${parts.map(String).join(" ")}\n`);
const toStderr = {
	fatal: say,
	error: say,
	warn: say,
	info: say,
	debug: () => {},
	trace: () => {},
} as unknown as Logger;

main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 2;
});
