import type { Logger } from "moleculer";
import { readConfig } from "../config";
import { JetStreamConnection } from "../shared/events/jetstream/jetstream-connection";
import { JetStreamDeadLetters } from "../shared/events/jetstream/jetstream-dead-letters";
import { withDeadline } from "../shared/timing/deadline";
import { DEAD_LETTER_ACTIONS, listDeadLetters, noDeadLetter } from "./dead-letter-actions";

const ACTIONS = [...DEAD_LETTER_ACTIONS.keys()].join("|");
const USAGE = `usage: npm run dead-letters -- list | ${ACTIONS} <consumer> <eventId>`;
const OPEN_WITHIN_MS = 5_000;

/** Lists, shows, replays and drops dead letters of a cluster. Exit code 0: done; 1: there is no such dead letter; 2: it failed. */
async function main(): Promise<void> {
	const ask = readCommand(process.argv.slice(2));
	const { natsUrls, namespace } = readConfig(process.env);
	if (!natsUrls) {
		throw new Error("TRANSPORTER is not set. The dead letters of a shop in one process are in its REPL (npm run dev).");
	}
	const connection = new JetStreamConnection({
		urls: natsUrls,
		namespace,
		logger: toStderr,
		create: false,
	});
	try {
		const late = () => new Error(`NATS does not answer within ${OPEN_WITHIN_MS} ms`);
		await withDeadline(connection.open(), OPEN_WITHIN_MS, late);
		process.stdout.write(`${await ask(new JetStreamDeadLetters(connection))}\n`);
	} finally {
		await connection.close();
	}
}

/** Parses the command line. @throws Error with the usage where it is not a command */
function readCommand(words: readonly string[]): (letters: JetStreamDeadLetters) => Promise<string> {
	const [name = "", consumer, eventId] = words;
	if (name === "list" && words.length === 1) return listDeadLetters;
	const act = DEAD_LETTER_ACTIONS.get(name);
	if (!act || words.length !== 3) throw new Error(USAGE);
	return async (letters) => {
		const answer = await act(letters, consumer!, eventId!);
		if (answer === undefined) process.exitCode = 1;
		return answer ?? noDeadLetter(consumer!, eventId!);
	};
}

const log = (...parts: unknown[]) => void process.stderr.write(`${parts.map(String).join(" ")}\n`);
const toStderr = {
	fatal: log,
	error: log,
	warn: log,
	info: log,
	debug: () => {},
	trace: () => {},
} as unknown as Logger;

main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 2;
});
