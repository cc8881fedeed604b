import type { BusSnapshot, DeadLetter, Progress } from "../event-bus";
import { type CloudEvent, isSameEvent } from "../event";
import { JetStreamConnection, type JetStreamOptions } from "./jetstream-connection";
import { JetStreamDeadLetters } from "./jetstream-dead-letters";
import { historyOf, positionsIn } from "./jetstream-reading";
import { trimmedBeforeMove } from "./jetstream-streams";
import { JetStreamRetries } from "./jetstream-retries";
import { withDeadline } from "../../timing/deadline";

const OPEN_WITHIN_MS = 10_000;
const ALL_TYPES = ["*.*"];

/**
 * Reads all that JetStream has stored for a shop, with the progress of these `consumers`.
 * @throws Error where NATS does not answer, or has no shop of this namespace
 */
export async function jetStreamSnapshot(options: JetStreamOptions, consumers: readonly string[]): Promise<BusSnapshot> {
	const connection = new JetStreamConnection({ ...options, create: false });
	try {
		await withDeadline(connection.open(), OPEN_WITHIN_MS, () => new Error(`${connection.address} does not answer`));
		// Positions are read before the log, so that an event published meanwhile does not count as handled.
		const progress = await progressOf(connection, consumers);
		const events = await distinct(historyOf(connection, ALL_TYPES, options.logger));
		const deadLetters: DeadLetter[] = [];
		for await (const letter of new JetStreamDeadLetters(connection).all()) deadLetters.push(letter);
		return { events, trimmedUntil: await trimmedUntil(connection), progress, deadLetters };
	} finally {
		await connection.close();
	}
}

/** The time at which the oldest message was stored, where NATS has removed earlier ones: their events are older. */
async function trimmedUntil({ jsm, names }: JetStreamConnection): Promise<number | undefined> {
	const { state, config } = await jsm.streams.info(names.stream);
	const movedUntil = trimmedBeforeMove(config);
	if (state.first_seq <= 1) return movedUntil;
	return Math.max(Date.parse(state.messages > 0 ? state.first_ts : state.last_ts), movedUntil ?? 0);
}

/** The stream may hold an event twice; another event under its id is kept as well, for the audit to find. */
async function distinct(history: AsyncIterable<CloudEvent>): Promise<CloudEvent[]> {
	const events: CloudEvent[] = [];
	const firstOf = new Map<string, CloudEvent>();
	for await (const event of history) {
		const first = firstOf.get(event.id);
		if (first && isSameEvent(first, event)) continue;
		firstOf.set(event.id, first ?? event);
		events.push(event);
	}
	return events;
}

async function progressOf(connection: JetStreamConnection, consumers: readonly string[]): Promise<Progress[]> {
	const { stream, replays } = connection.names;
	const newest = (await connection.jsm.streams.info(stream)).state.last_seq;
	const positions = await positionsIn(connection, stream);
	const replayed = await positionsIn(connection, replays);
	const all: Progress[] = [];
	for (const consumer of consumers) {
		const { pending = newest, acknowledged = 0, isFetched = false } = positions.get(consumer) ?? {};
		const acknowledgedIn = new Map([
			[stream, acknowledged],
			[replays, replayed.get(consumer)?.acknowledged ?? 0],
		]);
		const retries: Progress["retries"] = [];
		for await (const { stream: from, seq, ...retry } of new JetStreamRetries(connection).all(consumer))
			if (seq > acknowledgedIn.get(from)!) retries.push(retry);
		const isReplaying = Boolean(replayed.get(consumer)?.pending);
		const isDone = pending === 0 && !isReplaying;
		const position = isDone ? newest : Math.min(acknowledged, newest - 1);
		all.push({ consumer, newest, position, retries, isReplaying, isRunning: isFetched });
	}
	return all;
}
