import { createHash } from "node:crypto";
import type { JsMsg, KV } from "nats";
import type { DeadLetter } from "../event-bus";
import type { JetStreamLink } from "./jetstream-connection";
import { readThrough } from "./jetstream-reading";
import { isOutdated } from "./jetstream-streams";
import type { TriedFact, Tries } from "../retry-policy";

/** Where a fact was heard from. */
export interface HeardFrom {
	stream: string;
	seq: number;
}

/** What consumers have tried in vain so far, and what they gave up: two buckets, for all processes. */
export class JetStreamLetters {
	constructor(private readonly link: JetStreamLink) {}

	triesOf(consumer: string, factId: string): Promise<Tries | undefined> {
		return valueOf<TriedFact>(this.link.tries, keyOf(consumer, factId));
	}

	async keepTries(
		consumer: string,
		factId: string,
		{ tries, attempts, reason }: Tries,
		place: HeardFrom,
	): Promise<void> {
		const tried: TriedFact & HeardFrom = { factId, tries, attempts, reason, ...place };
		await this.link.tries.put(keyOf(consumer, factId), JSON.stringify(tried));
	}

	forgetTries(consumer: string, factId: string): Promise<void> {
		return this.link.tries.delete(keyOf(consumer, factId));
	}

	/** For a consumer that begins from the start. */
	async forgetAllTries(consumer: string): Promise<void> {
		const { jsm, names } = this.link;
		await jsm.streams.purge(streamOf(names.tries), { filter: `$KV.${names.tries}.${consumer}.*` });
	}

	/** Forgets what there is of a fact that the consumer has succeeded with after all. */
	async forget(consumer: string, factId: string): Promise<void> {
		if (await this.triesOf(consumer, factId)) await this.forgetTries(consumer, factId);
		await this.remove(consumer, factId);
	}

	async bury(letter: DeadLetter): Promise<void> {
		await this.link.dead.put(keyOf(letter.consumer, letter.fact.id), JSON.stringify(letter));
	}

	async find(consumer: string, factId: string): Promise<{ letter: DeadLetter; revision: number } | undefined> {
		const entry = await this.link.dead.get(keyOf(consumer, factId));
		return entry?.operation === "PUT" ? { letter: entry.json<DeadLetter>(), revision: entry.revision } : undefined;
	}

	/** Resolves with false where there is none; one that was written anew since `revision` stays. */
	async remove(consumer: string, factId: string, revision?: number): Promise<boolean> {
		const found = await this.find(consumer, factId);
		if (!found) return false;
		try {
			await this.link.dead.delete(keyOf(consumer, factId), { previousSeq: revision ?? found.revision });
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
	async *tried(consumer: string): AsyncIterable<TriedFact & HeardFrom> {
		const { tries } = this.link.names;
		for await (const message of readThrough(this.link, streamOf(tries), [`$KV.${tries}.${consumer}.*`])) {
			if (!isRemoval(message)) yield message.json<TriedFact & HeardFrom>();
		}
	}
}

/** A bucket's keys may hold few characters and are short; ids may be anything. */
function keyOf(consumer: string, factId: string): string {
	return `${consumer}.${createHash("sha256").update(factId).digest("base64url")}`;
}

const streamOf = (bucket: string) => `KV_${bucket}`;
const isRemoval = ({ headers }: JsMsg) => Boolean(headers?.get("KV-Operation"));

async function valueOf<T>(bucket: KV, key: string): Promise<T | undefined> {
	const entry = await bucket.get(key);
	return entry?.operation === "PUT" ? entry.json<T>() : undefined;
}
