import { existsSync } from "node:fs";
import type { Logger } from "moleculer";
import { type Config, HANDLING_SERVICES, readConfig } from "../config";
import { errorType } from "../shared/domain/refusals";
import { openDatabases } from "../shared/events/embedded/embedded-databases";
import { EmbeddedDeadLetters } from "../shared/events/embedded/embedded-dead-letters";
import type { DeadLetters } from "../shared/events/event-bus";
import { JetStreamConnection } from "../shared/events/jetstream/jetstream-connection";
import { JetStreamDeadLetters } from "../shared/events/jetstream/jetstream-dead-letters";
import { EVENTS, partOf } from "../shared/store/folder/folder-layout";
import { checkShape, shapeFor } from "../shared/store/folder/folder-shape";
import { LmdbEnvironment } from "../shared/lmdb/lmdb-environment";
import { withDeadline } from "../shared/timing/deadline";
import { runCommand, UsageError } from "./command-line";
import { DeadLetterDesk, type DeadLetterSummary } from "./console/dead-letter-desk";
import { formatDeadLetter, formatDeadLetters } from "./dead-letter-text";

const OPEN_WITHIN_MS = 5_000;
const USAGE = `usage: npm run dead-letters -- list [service] | (show | replay | drop) <service> <eventId>
Lists, shows, replays or drops the events that services gave up; the shop may be running.
Exit code 0: done; 1: there is no such dead letter; 2: it failed.`;

const log = (...parts: unknown[]) => void process.stderr.write(`${parts.map(String).join(" ")}\n`);
const toStderr = {
	fatal: log,
	error: log,
	warn: log,
	info: log,
	debug: () => {},
	trace: () => {},
} as unknown as Logger;

runCommand(USAGE, async (words) => {
	const ask = readCommand(words);
	const letters = await openDeadLetters(readConfig(process.env));
	try {
		process.stdout.write(`${await ask(new DeadLetterDesk(() => letters))}\n`);
	} catch (error) {
		if (errorType(error) !== "DEAD_LETTER_NOT_FOUND") throw error;
		process.stdout.write(`${(error as Error).message}\n`);
		process.exitCode = 1;
	} finally {
		await letters.close();
	}
});

type Opened = DeadLetters & { close(): Promise<void> };

/** The dead letters of the shop that these settings describe, on JetStream or in its data folder. */
async function openDeadLetters({ natsUrls, namespace, dataDir }: Config): Promise<Opened> {
	if (!natsUrls) {
		checkShape(dataDir, shapeFor({ natsUrls, namespace }));
		const part = partOf(dataDir, EVENTS);
		if (!existsSync(part.path))
			throw new Error(`There are no events in ${dataDir}: set DATA_DIR, or TRANSPORTER, as the shop has it`);
		const databases = await openDatabases(new LmdbEnvironment({ ...part, durable: true }), part.prefix);
		return Object.assign(new EmbeddedDeadLetters(databases), { close: () => databases.close() });
	}
	const connection = new JetStreamConnection({ urls: natsUrls, namespace, logger: toStderr, create: false });
	const close = () => connection.close();
	try {
		const late = () => new Error(`NATS does not answer within ${OPEN_WITHIN_MS} ms`);
		await withDeadline(connection.open(), OPEN_WITHIN_MS, late);
	} catch (error) {
		await close();
		throw error;
	}
	return Object.assign(new JetStreamDeadLetters(connection), { close });
}

/** Parses the command line. @throws UsageError where it is not a command */
function readCommand(words: readonly string[]): (desk: DeadLetterDesk) => Promise<string> {
	const [name = "", service, eventId] = words;
	if (service !== undefined && !HANDLING_SERVICES.some((known) => known === service))
		throw new UsageError(`"${service}" handles no events; there are ${HANDLING_SERVICES.join(", ")}`);
	if (name === "list" && words.length <= 2) return async (desk) => formatDeadLetters(await everyOne(desk, service));
	if (words.length !== 3) throw new UsageError(`"${words.join(" ")}" is no command`);
	const letter = { service: service!, eventId: eventId! };
	switch (name) {
		case "show":
			return async (desk) => formatDeadLetter(await desk.show(letter));
		case "replay":
			return (desk) => desk.replay(letter);
		case "drop":
			return (desk) => desk.drop(letter);
		default:
			throw new UsageError(`"${words.join(" ")}" is no command`);
	}
}

async function everyOne(desk: DeadLetterDesk, service: string | undefined): Promise<DeadLetterSummary[]> {
	const letters: DeadLetterSummary[] = [];
	let cursor: string | undefined;
	do {
		const { items, next } = await desk.list({ service, limit: 100, cursor });
		letters.push(...items);
		cursor = next ?? undefined;
	} while (cursor !== undefined);
	return letters;
}
