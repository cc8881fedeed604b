import type { Logger } from "moleculer";
import {
	DiscardPolicy,
	ErrorCode,
	type JetStreamClient,
	type JetStreamManager,
	type KV,
	type KvOptions,
	nanos,
	NatsError,
	RetentionPolicy,
	StorageType,
	type StreamConfig,
} from "nats";
import { toRfc3339 } from "../../domain/clock";
import { type Names, streamOf } from "./jetstream-names";

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

/** No suitable peers, insufficient resources, no cluster. */
const TOO_FEW_SERVERS = [10_005, 10_023, 10_074];

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

/** Whether the cluster has too few servers for a stream's replicas, or those that run are too few. */
function hasTooFewServers(error: unknown): boolean {
	return refuses(error, ...TOO_FEW_SERVERS);
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

/** The key of a stream's metadata: events up to this time were removed because of their age before they came into the stream (RFC 3339). */
const TRIMMED_UNTIL = "funshop-trimmed-until";

/** Notes in the stream that events up to this time were removed before the others came there; in milliseconds since 1970. */
export async function noteTrimmed(jsm: JetStreamManager, stream: string, until: number): Promise<void> {
	const { config } = await jsm.streams.info(stream);
	await jsm.streams.update(stream, { metadata: { ...config.metadata, [TRIMMED_UNTIL]: toRfc3339(until) } });
}

/** The time that {@link noteTrimmed} has noted, in milliseconds since 1970; undefined where it was not called. */
export function trimmedBeforeMove({ metadata }: StreamConfig): number | undefined {
	const noted = metadata?.[TRIMMED_UNTIL];
	return noted === undefined ? undefined : Date.parse(noted);
}

interface Wanted {
	js: JetStreamClient;
	jsm: JetStreamManager;
	names: Names;
	/** Servers that keep each stream. */
	replicas: number;
	/** NATS removes events that are older, in milliseconds; where it is not given, it keeps all. */
	eventsKeptMs?: number;
	/** False: a stream that does not exist is an error, and nothing is changed. */
	create: boolean;
	/** Fewer replicas are an error: the caller tries again. Otherwise they are warned about. */
	insist: boolean;
	logger: Logger;
}

/**
 * Creates the streams and buckets that do not exist, and raises the replicas of those that have fewer; many processes may do it at the same
 * time. Otherwise streams that exist stay as they are: an operator may have set limits. NATS removes old events by their age alone,
 * whether or not all services have handled them.
 * @throws Error where NATS does not answer; with `create` false, where one does not exist
 */
export async function ensureStreams(wanted: Wanted): Promise<Record<"tries" | "dead", KV>> {
	const { js, jsm, names, replicas, eventsKeptMs = 0, create, insist } = wanted;
	async function ensure(config: Partial<StreamConfig> & { name: string }): Promise<number> {
		try {
			return await raiseReplicas((await jsm.streams.info(config.name)).config, wanted);
		} catch (error) {
			if (!isMissing(error) || !create) throw error;
			return withReplicas((num_replicas) => jsm.streams.add({ ...config, num_replicas }));
		}
	}
	/** Creates with as many replicas as the cluster takes. Resolves with their number. */
	async function withReplicas(add: (count: number) => Promise<unknown>): Promise<number> {
		try {
			await add(replicas);
			return replicas;
		} catch (error) {
			if (insist || !hasTooFewServers(error)) throw error;
			await add(1);
			return 1;
		}
	}
	async function bucket(name: string, options: Partial<KvOptions> = {}): Promise<[KV, number]> {
		let kv!: KV;
		await withReplicas(async (count) => (kv = await js.views.kv(name, { history: 1, replicas: count, ...options })));
		return [kv, await ensure({ name: streamOf(name) })];
	}

	// A full stream refuses new events, which stay with their publisher; it never drops old ones.
	const kept = { storage: StorageType.File, discard: DiscardPolicy.New };
	const counts = [
		await ensure({
			...kept,
			name: names.stream,
			subjects: [names.subjectOf("*.*")],
			duplicate_window: nanos(DUPLICATE_WINDOW_MS),
			max_age: nanos(eventsKeptMs),
		}),
		await ensure({
			...kept,
			name: names.replays,
			subjects: [names.replaySubjectOf("*")],
			retention: RetentionPolicy.Workqueue,
		}),
	];
	const [dead, deadReplicas] = await bucket(names.dead);
	const [tries, triesReplicas] = await bucket(names.tries, { ttl: TRIES_KEPT_MS });
	const least = Math.min(...counts, deadReplicas, triesReplicas);
	if (create && least < replicas)
		wanted.logger.warn(
			`NATS is a cluster, but keeps streams of the shop on ${least} server(s) only: what these lose is lost. It needs ${replicas} servers`,
		);
	return { tries, dead };
}

/** Resolves with the number of replicas that the stream has now. */
async function raiseReplicas(config: StreamConfig, { jsm, replicas, create, insist, logger }: Wanted): Promise<number> {
	const { name, num_replicas } = config;
	if (num_replicas >= replicas || !create) return num_replicas;
	try {
		await jsm.streams.update(name, { num_replicas: replicas });
	} catch (error) {
		if (insist || !hasTooFewServers(error)) throw error;
		return num_replicas;
	}
	logger.info(`${name} is kept on ${replicas} servers of NATS from now on, in place of ${num_replicas}`);
	return replicas;
}
