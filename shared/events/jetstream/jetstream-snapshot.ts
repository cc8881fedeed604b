import type { BusSnapshot, DeadLetter, Progress } from "../event-bus";
import type { CloudEvent } from "../event";
import { JetStreamLetters } from "./jetstream-letters";
import { JetStreamLink, type JetStreamOptions } from "./jetstream-connection";
import { historyOf, placesIn } from "./jetstream-reading";
import { withDeadline } from "../../timing/deadline";

const OPEN_WITHIN_MS = 10_000;
const ALL_TYPES = ["*.*"];

/**
 * What JetStream has kept. `consumers` are those that there should be.
 * @throws Error where NATS does not answer, or holds no shop of this namespace
 */
export async function readJetStream(options: JetStreamOptions, consumers: readonly string[]): Promise<BusSnapshot> {
	const link = new JetStreamLink({ ...options, create: false });
	try {
		await withDeadline(link.open(), OPEN_WITHIN_MS, () => new Error(`${link.address} does not answer`));
		const letters = new JetStreamLetters(link);
		// Places before the log: what comes in between is heard of, but not missed.
		const progress = await progressOf(link, letters, consumers);
		const events = new Map<string, CloudEvent>();
		for await (const event of historyOf(link, ALL_TYPES, options.logger)) events.set(event.id, event);
		const deadLetters: DeadLetter[] = [];
		for await (const letter of letters.dead()) deadLetters.push(letter);
		return { events: [...events.values()], progress, deadLetters };
	} finally {
		await link.close();
	}
}

async function progressOf(
	link: JetStreamLink,
	letters: JetStreamLetters,
	consumers: readonly string[],
): Promise<Progress[]> {
	const { stream, replays } = link.names;
	const newest = (await link.jsm.streams.info(stream)).state.last_seq;
	const places = await placesIn(link, stream);
	const replayed = await placesIn(link, replays);
	const all: Progress[] = [];
	for (const consumer of consumers) {
		const { pending = newest, acknowledged = 0 } = places.get(consumer) ?? {};
		const floors = new Map([
			[stream, acknowledged],
			[replays, replayed.get(consumer)?.acknowledged ?? 0],
		]);
		const retries: Progress["retries"] = [];
		for await (const { stream: from, seq, ...tried } of letters.tried(consumer))
			if (seq > floors.get(from)!) retries.push(tried);
		const isDone = pending === 0 && !replayed.get(consumer)?.pending;
		all.push({ consumer, newest, position: isDone ? newest : Math.min(acknowledged, newest - 1), retries });
	}
	return all;
}
