import type { Backlog, Carrier, Consumption, DeadLetter } from "../event-bus";
import type { Fact } from "../event";
import { JetStreamConsumer } from "./jetstream-consumer";
import { JetStreamLetters } from "./jetstream-letters";
import { ANSWER_DEADLINE_MS, JetStreamLink, type JetStreamOptions } from "./jetstream-connection";
import { factHeaders, historyOf, placesIn } from "./jetstream-reading";
import { inWords, isUnheard } from "./jetstream-streams";
import { FIRST_DELAY_MS, MAX_TRIES } from "../retry-policy";

/** NATS writes what it acknowledged to disk every 2 minutes unless told; what was acknowledged since is lost with the machine. */
const MAY_LOSE_FOR_MS = 5 * 60_000;
const PUBLISH_CHUNK = 256;
const LIST_LIMIT = 1_000;

export interface JetStreamCarrierOptions extends JetStreamOptions {
	maxTries?: number;
	firstDelayMs?: number;
}

/**
 * Carries facts between processes: a stream of NATS JetStream, in which each service has a durable consumer that its processes
 * share. The connection is its own, so that facts and calls do not wait for each other.
 */
export class JetStreamCarrier implements Carrier {
	readonly mayLoseForMs = MAY_LOSE_FOR_MS;
	private readonly link: JetStreamLink;
	private readonly letters: JetStreamLetters;
	private readonly consumers = new Set<Consumption>();
	/** Of the stream's last message that is known of since NATS was there again. */
	private lastSequence = 0;

	constructor(private readonly options: JetStreamCarrierOptions) {
		this.link = new JetStreamLink(options);
		this.letters = new JetStreamLetters(this.link);
		this.link.onReturn(() => (this.lastSequence = 0));
	}

	get connected(): boolean {
		return this.link.connected;
	}

	/** @throws Error where the server has no JetStream, or the carrier is closed meanwhile */
	open(): Promise<void> {
		return this.link.open();
	}

	onReturn(act: () => void): void {
		this.link.onReturn(act);
	}

	async publish(facts: readonly Fact[]): Promise<number> {
		let added = 0;
		for (let from = 0; from < facts.length; from += PUBLISH_CHUNK) {
			this.link.check();
			added += await this.publishAtOnce(facts.slice(from, from + PUBLISH_CHUNK));
		}
		return added;
	}

	private async publishAtOnce(facts: readonly Fact[]): Promise<number> {
		const last = this.lastSequence;
		const outcomes = await Promise.allSettled(facts.map((fact) => this.send(fact)));
		const failed = outcomes.find((outcome) => outcome.status === "rejected");
		const added = outcomes.flatMap((outcome) =>
			outcome.status === "fulfilled" && !outcome.value.duplicate ? [outcome.value.seq] : [],
		);
		if (added.length > 0) this.lastSequence = Math.max(...added);
		// Behind this connection a server may have come back without what it had acknowledged.
		if (added.some((sequence) => sequence <= last)) this.link.restore();
		if (!failed) return added.length;
		if (isUnheard(failed.reason)) this.link.restore();
		throw new Error(`${this.link.address} did not take all of ${facts.length} fact(s): ${inWords(failed.reason)}`);
	}

	private async send(fact: Fact) {
		const { js, names } = this.link;
		return js.publish(names.subjectOf(fact.type), JSON.stringify(fact), {
			msgID: fact.id,
			headers: factHeaders(),
			timeout: ANSWER_DEADLINE_MS,
		});
	}

	/** Facts are heard as soon as the carrier is open. Types that are heard once stay in the durable consumer until it is removed. */
	consume(name: string, types: readonly string[], handle: (fact: Fact) => Promise<void>): Consumption {
		const { maxTries = MAX_TRIES, firstDelayMs = FIRST_DELAY_MS, clock, logger } = this.options;
		const { link, letters } = this;
		const consumer = new JetStreamConsumer({
			name,
			types,
			handle,
			link,
			letters,
			clock,
			logger,
			maxTries,
			firstDelayMs,
		});
		const consumption = {
			stop: async () => {
				await consumer.stop();
				this.consumers.delete(consumption);
			},
		};
		this.consumers.add(consumption);
		return consumption;
	}

	/** One that was sent again long after may come twice. @throws Error where NATS goes away meanwhile */
	history(types: readonly string[]): AsyncIterable<Fact> {
		return historyOf(this.link, types, this.options.logger);
	}

	async backlog(): Promise<Backlog[]> {
		const { names } = this.link;
		const waiting = new Map<string, number>();
		for (const stream of [names.stream, names.replays])
			for (const [name, { pending }] of await placesIn(this.link, stream))
				waiting.set(name, (waiting.get(name) ?? 0) + pending);
		const dead = new Map<string, number>();
		for await (const { consumer } of this.letters.dead()) dead.set(consumer, (dead.get(consumer) ?? 0) + 1);
		return [...waiting].map(([consumer, count]) => ({ consumer, waiting: count, dead: dead.get(consumer) ?? 0 }));
	}

	async deadLetters(consumer?: string): Promise<DeadLetter[]> {
		const letters: DeadLetter[] = [];
		for await (const letter of this.letters.dead(consumer)) if (letters.push(letter) >= LIST_LIMIT) break;
		return letters;
	}

	async deadLetter(consumer: string, factId: string): Promise<DeadLetter | undefined> {
		this.link.check();
		return (await this.letters.find(consumer, factId))?.letter;
	}

	async replay(consumer: string, factId: string): Promise<boolean> {
		this.link.check();
		const { js, names } = this.link;
		const found = await this.letters.find(consumer, factId);
		if (!found) return false;
		await this.letters.forgetTries(consumer, factId);
		const msgID = `${consumer} ${factId} ${found.revision}`;
		await js.publish(names.replaySubjectOf(consumer), JSON.stringify(found.letter.fact), {
			msgID,
			headers: factHeaders(),
		});
		await this.letters.remove(consumer, factId, found.revision);
		return true;
	}

	async drop(consumer: string, factId: string): Promise<boolean> {
		this.link.check();
		return this.letters.remove(consumer, factId);
	}

	async close(): Promise<void> {
		await Promise.all([...this.consumers].map((consumer) => consumer.stop()));
		await this.link.close();
	}
}
