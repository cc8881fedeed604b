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

/** An event published twice within this is stored once. Longer than the outbox relay keeps events to publish them again. */
const DUPLICATE_WINDOW_MS = 20 * 60_000;
/** A retry state that is not written again within this is removed; the longest delay between two tries is a minute. */
const TRIES_KEPT_MS = 60 * 60_000;

/** Error codes of the server, by its own names (nats-server, server/errors.json). */
const REFUSAL = {
	consumerNotFound: 10_014,
	noMessageFound: 10_037,
	notEnabledForAccount: 10_039,
	streamNotFound: 10_059,
	notEnabled: 10_076,
};

function refuses(error: unknown, ...codes: number[]): boolean {
	return error instanceof NatsError && codes.includes(error.api_error?.err_code ?? 0);
}

/** Whether there is no such stream, consumer or message. */
export function isMissing(error: unknown): boolean {
	return refuses(error, REFUSAL.consumerNotFound, REFUSAL.streamNotFound, REFUSAL.noMessageFound);
}

/** Whether a subject has no subscriber: the stream does not exist, or the server has no JetStream. */
export function hasNoListener(error: unknown): boolean {
	return error instanceof NatsError && error.code === ErrorCode.NoResponders && !error.api_error;
}

/** The server's description of an error; the client's message is only a number. */
export function inWords(error: unknown): string {
	if (hasNoListener(error)) return "nobody listens";
	return (error as NatsError).api_error?.description ?? (error as Error).message;
}

/** Whether the server has no JetStream, so that waiting does not help. */
export function hasNoJetStream(error: unknown): boolean {
	return hasNoListener(error) || refuses(error, REFUSAL.notEnabledForAccount, REFUSAL.notEnabled);
}

/**
 * Creates the streams and buckets that do not exist; many processes may do it at the same time. Those that exist stay as they are: an
 * operator may have set limits.
 * @throws Error where NATS does not answer, or with `create` false where one does not exist
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
	/** False: a stream that does not exist is an error. */
	create: boolean;
}): Promise<Record<"tries" | "dead", KV>> {
	async function ensure(config: Partial<StreamConfig> & { name: string }): Promise<void> {
		try {
			await jsm.streams.info(config.name);
		} catch (error) {
			if (!isMissing(error) || !create) throw error;
			await jsm.streams.add(config);
		}
	}

	// A full stream refuses new events, which stay with their publisher; it never drops old ones.
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
