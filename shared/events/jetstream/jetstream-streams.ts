import {
	DiscardPolicy,
	ErrorCode,
	type JetStreamClient,
	type JetStreamManager,
	type KV,
	nanos,
	NatsError,
	RetentionPolicy,
	StorageType,
	type StreamConfig,
} from "nats";
import type { Names } from "./jetstream-names";

/** An event that is published again within this is kept once; longer than events are sent again for. */
const DUPLICATE_WINDOW_MS = 20 * 60_000;
/** Tries are written anew at least once a minute while they go on. */
const TRIES_KEPT_MS = 60 * 60_000;

/** Numbers that the server gives its refusals, by its own names (nats-server, server/errors.json). */
const REFUSAL = {
	consumerNotFound: 10_014,
	notEnabledForAccount: 10_039,
	streamNotFound: 10_059,
	streamWrongLastSequence: 10_071,
	notEnabled: 10_076,
};

function refuses(error: unknown, ...codes: number[]): boolean {
	return error instanceof NatsError && codes.includes(error.api_error?.err_code ?? 0);
}

/** Whether JetStream says that there is no such stream or consumer. */
export function isMissing(error: unknown): boolean {
	return refuses(error, REFUSAL.consumerNotFound, REFUSAL.streamNotFound);
}

/** Whether a write came too late: another one came first. */
export function isOutdated(error: unknown): boolean {
	return refuses(error, REFUSAL.streamWrongLastSequence);
}

/** Whether nobody listens there: there is no such stream, or no JetStream. */
export function hasNoListener(error: unknown): boolean {
	return error instanceof NatsError && error.code === ErrorCode.NoResponders && !error.api_error;
}

/** What the server said, where the client only has a number for it. */
export function inWords(error: unknown): string {
	if (hasNoListener(error)) return "nobody listens";
	return (error as NatsError).api_error?.description ?? (error as Error).message;
}

/** Whether it is not a matter of waiting. */
export function hasNoJetStream(error: unknown): boolean {
	return hasNoListener(error) || refuses(error, REFUSAL.notEnabledForAccount, REFUSAL.notEnabled);
}

/**
 * Makes the streams and buckets that are not there, also when many processes do it at the same time. What is there stays as it is: an operator may
 * have set limits.
 */
export async function ensureStreams({
	js,
	jsm,
	names,
	replicas,
	create,
}: {
	js: JetStreamClient;
	jsm: JetStreamManager;
	names: Names;
	replicas: number;
	/** False: one that is not there is an error. */
	create: boolean;
}): Promise<{ tries: KV; dead: KV }> {
	async function ensure(config: Partial<StreamConfig> & { name: string }): Promise<void> {
		try {
			await jsm.streams.info(config.name);
		} catch (error) {
			if (!isMissing(error) || !create) throw error;
			await jsm.streams.add(config);
		}
	}

	// A full stream refuses what is new, which its publisher keeps then; it never drops what is old.
	const kept = { storage: StorageType.File, discard: DiscardPolicy.New, num_replicas: replicas };
	await ensure({
		...kept,
		name: names.stream,
		subjects: [names.subjectOf("*.*")],
		duplicate_window: nanos(DUPLICATE_WINDOW_MS),
	});
	await ensure({
		...kept,
		name: names.replays,
		subjects: [names.replaySubjectOf("*")],
		retention: RetentionPolicy.Workqueue,
	});
	const tries = await js.views.kv(names.tries, { history: 1, replicas, ttl: TRIES_KEPT_MS });
	const dead = await js.views.kv(names.dead, { history: 1, replicas });
	return { tries, dead };
}
