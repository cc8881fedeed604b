import type { Logger } from "moleculer";
import { readConfig } from "../config";
import { systemClock } from "../shared/domain/clock";
import { JetStreamEventBus } from "../shared/events/jetstream/jetstream-bus";
import { deadLetterInFull, deadLetterTable } from "./repl/tables";
import { withDeadline } from "../shared/timing/deadline";

const USAGE = "usage: npm run dead-letters -- list | show|replay|drop <consumer> <eventId>";
const OPEN_WITHIN_MS = 5_000;

/** Events that services of a cluster gave up. Exit code 0: done; 1: there is no such letter; 2: cannot tell. */
async function main(): Promise<void> {
	const [what = "", consumer, eventId, ...more] = process.argv.slice(2);
	const words = [consumer, eventId].filter((word) => word !== undefined).length;
	const known = what === "list" ? words === 0 : ["show", "replay", "drop"].includes(what) && words === 2;
	if (!known || more.length > 0) throw new Error(USAGE);
	const { natsUrls, namespace } = readConfig(process.env);
	if (!natsUrls) {
		throw new Error(
			"TRANSPORTER is not set: of a shop in one process, dead letters are seen to in its REPL (npm run dev)",
		);
	}
	const bus = new JetStreamEventBus({
		urls: natsUrls,
		namespace,
		clock: systemClock,
		logger: toStderr,
		create: false,
	});
	try {
		await withDeadline(bus.open(), OPEN_WITHIN_MS, () => new Error(`NATS does not answer within ${OPEN_WITHIN_MS} ms`));
		process.stdout.write(`${await answer(bus, what, consumer!, eventId!)}\n`);
	} finally {
		await bus.close();
	}
}

async function answer(bus: JetStreamEventBus, what: string, consumer: string, eventId: string): Promise<string> {
	switch (what) {
		case "list":
			return deadLetterTable(await bus.deadLetters());
		case "show": {
			const letter = await bus.deadLetter(consumer, eventId);
			return letter ? deadLetterInFull(letter) : unknown(consumer, eventId);
		}
		case "replay":
			return (await bus.replay(consumer, eventId)) ? `${consumer} tries ${eventId} again.` : unknown(consumer, eventId);
		default:
			return (await bus.drop(consumer, eventId))
				? `${eventId} is dropped for ${consumer}.`
				: unknown(consumer, eventId);
	}
}

function unknown(consumer: string, eventId: string): string {
	process.exitCode = 1;
	return `${consumer} has no dead letter ${eventId}.`;
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
