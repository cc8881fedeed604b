import { createHash } from "node:crypto";
import type { JsMsg, KV } from "nats";
import type { DeadLetter } from "../event-bus";
import type { JetStreamLink } from "./jetstream-connection";
import { readThrough } from "./jetstream-reading";
import { isOutdated } from "./jetstream-streams";
import type { TriedEvent, Tries } from "../retry-policy";

/** Where an event was heard from. */
export interface DeliveredFrom {
	stream: string;
	seq: number;
}

/** What consumers have tried in vain so far, and what they gave up: two buckets, for all processes. */
export class JetStreamLetters {
	constructor(private readonly link: JetStreamLink) {}

	triesOf(consumer: string, eventId: string): Promise<Tries | undefined> {
		return valueOf<TriedEvent>(this.link.tries, keyOf(consumer, eventId));
	}

	async keepTries(
		consumer: string,
		eventId: string,
		{ tries, attempts, reason }: Tries,
		place: DeliveredFrom,
	): Promise<void> {
		const tried: TriedEvent & DeliveredFrom = { eventId, tries, attempts, reason, ...place };
		await this.link.tries.put(keyOf(consumer, eventId), JSON.stringify(tried));
	}

	forgetTries(consumer: string, eventId: string): Promise<void> {
		return this.link.tries.delete(keyOf(consumer, eventId));
	}

	/** For a consumer that begins from the start. */
	async forgetAllTries(consumer: string): Promise<void> {
		const { jsm, names } = this.link;
		await jsm.streams.purge(streamOf(names.tries), { filter: `$KV.${names.tries}.${consumer}.*` });
	}

	/** Forgets what there is of an event that the consumer has succeeded with after all. */
	async forget(consumer: string, eventId: string): Promise<void> {
		if (await this.triesOf(consumer, eventId)) await this.forgetTries(consumer, eventId);
		await this.remove(consumer, eventId);
	}

	async bury(letter: DeadLetter): Promise<void> {
		await this.link.dead.put(keyOf(letter.consumer, letter.event.id), JSON.stringify(letter));
	}

	async find(consumer: string, eventId: string): Promise<{ letter: DeadLetter; revision: number } | undefined> {
		const entry = await this.link.dead.get(keyOf(consumer, eventId));
		return entry?.operation === "PUT" ? { letter: entry.json<DeadLetter>(), revision: entry.revision } : undefined;
	}

	/** Resolves with false where there is none; one that was written anew since `revision` stays. */
	async remove(consumer: string, eventId: string, revision?: number): Promise<boolean> {
		const found = await this.find(consumer, eventId);
		if (!found) return false;
		try {
			await this.link.dead.delete(keyOf(consumer, eventId), { previousSeq: revision ?? found.revision });
			return true;
		} catch (error) {
			if (isOutdated(error)) return false;
			throw error;
		}
	}

	/** Dead letters in the order in which they were given up. */
	async *dead(consumer = "*"): AsyncIterable<DeadLetter> {
		const { dead } = this.link.names;
		for await (const message of readThrough(this.link, streamOf(dead), [`$KV.${dead}.${consumer}.*`])) {
			if (!isRemoval(message)) yield message.json<DeadLetter>();
		}
	}

	/**
	 * One that is acknowledged by now may be among them: it went to another process while this one had not given up yet, and what is noted
	 * last is not what happened last.
	 */
	async *tried(consumer: string): AsyncIterable<TriedEvent & DeliveredFrom> {
		const { tries } = this.link.names;
		for await (const message of readThrough(this.link, streamOf(tries), [`$KV.${tries}.${consumer}.*`])) {
			if (!isRemoval(message)) yield message.json<TriedEvent & DeliveredFrom>();
		}
	}
}

/** A bucket's keys may hold few characters and are short; ids may be anything. */
function keyOf(consumer: string, eventId: string): string {
	return `${consumer}.${createHash("sha256").update(eventId).digest("base64url")}`;
}

const streamOf = (bucket: string) => `KV_${bucket}`;
const isRemoval = ({ headers }: JsMsg) => Boolean(headers?.get("KV-Operation"));

async function valueOf<T>(bucket: KV, key: string): Promise<T | undefined> {
	const entry = await bucket.get(key);
	return entry?.operation === "PUT" ? entry.json<T>() : undefined;
}
