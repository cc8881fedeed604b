import {
	type Db,
	type DbOptions,
	type Document,
	MongoClient,
	MongoClientClosedError,
	type MongoClientOptions,
	MongoExpiredSessionError,
	MongoNetworkError,
	MongoNotConnectedError,
	MongoOperationTimeoutError,
	MongoParseError,
	MongoServerClosedError,
	MongoServerError,
	MongoServerSelectionError,
	MongoStalePrimaryError,
	MongoTopologyClosedError,
	MongoWriteConcernError,
	ReadConcern,
} from "mongodb";
import { StartError } from "../../domain/start-error";
import { type Clock } from "../../domain/clock";
import { LogThrottle } from "../../timing/log-throttle";
import { busy, type Refusal } from "../../domain/refusals";
import { withDeadline } from "../../timing/deadline";

/** The deadline of an operation: after this it rejects with STORE_UNAVAILABLE. */
const OPERATION_DEADLINE_MS = 3_000;
/** The driver ends each step before that deadline, so that abandoned steps do not pile up. */
const STEP_DEADLINE_MS = 2_500;
const CLOSE_DEADLINE_MS = 2_000;

const CLIENT_OPTIONS: MongoClientOptions = {
	appName: "funshop",
	maxPoolSize: 32,
	waitQueueTimeoutMS: STEP_DEADLINE_MS,
	serverSelectionTimeoutMS: STEP_DEADLINE_MS,
	connectTimeoutMS: STEP_DEADLINE_MS,
	// Also ends operations that a frozen server does not answer.
	socketTimeoutMS: OPERATION_DEADLINE_MS,
	heartbeatFrequencyMS: 2_000,
	ignoreUndefined: true,
};

/** Overrides the URI's settings: no read or acknowledged write may be lost by a failover. */
const DB_OPTIONS: DbOptions = {
	writeConcern: { w: "majority", journal: true, wtimeoutMS: STEP_DEADLINE_MS },
	readConcern: new ReadConcern("majority"),
	readPreference: "primary",
	ignoreUndefined: true,
};

/** The server's error codes for a temporary failure: no primary, shutdown, interruption, timeout, or an index build in progress. */
const AWAY_CODES = new Set([
	6, 7, 24, 43, 46, 50, 64, 79, 89, 91, 94, 100, 112, 133, 134, 189, 234, 262, 276, 290, 317, 9001, 10058, 10107, 11600,
	11601, 11602, 12586, 12587, 13388, 13435, 13436, 14031,
]);

/** The client of one URI, shared by all stores of this process, and the number of its users. */
interface Shared {
	client: MongoClient;
	users: number;
	warnings: LogThrottle;
}

const shared = new Map<string, Shared>();

export interface ServerState {
	/**
	 * The lead of the server's clock over this process's, in milliseconds; negative where it is behind. A lower bound, because the time that
	 * the answer took to arrive is unknown.
	 */
	aheadMs: number;
	/** Whether it belongs to no replica set and is no `mongos`. */
	standalone: boolean;
}

/** Whether this reply to the command `hello` comes from a server that belongs to no replica set and is no `mongos`. */
export function isStandalone({ setName, msg }: Document): boolean {
	return setName === undefined && msg !== "isdbgrid";
}

/** A store's connection to its database. It connects on first use. */
export class MongoLink {
	/** Hosts and database of the URI, without its secrets. */
	readonly name: string;
	private readonly database: string;
	private held: Shared | undefined;

	/** @throws StartError, without secrets, where the URI cannot be used */
	constructor(
		private readonly uri: string,
		service: string,
	) {
		try {
			this.database = decodeURIComponent(/^[^/]*\/\/[^/]*\/([^?]+)/.exec(uri)?.[1] ?? "funshop");
			const { options } = new MongoClient(uri, CLIENT_OPTIONS).db(this.database).client;
			this.name = `${options.srvHost ?? options.hosts.join(",")}/${this.database}`;
		} catch (error) {
			// Messages of other errors quote the URI's parts, which may be a password.
			const reason = error instanceof MongoParseError ? `: ${error.message}` : "";
			throw new StartError(`the MongoDB URI of ${service} cannot be used${reason}`);
		}
	}

	open(): void {
		if (this.held) return;
		let held = shared.get(this.uri);
		if (!held)
			shared.set(
				this.uri,
				(held = { client: new MongoClient(this.uri, CLIENT_OPTIONS), users: 0, warnings: new LogThrottle() }),
			);
		held.users++;
		this.held = held;
	}

	async close(): Promise<void> {
		const held = this.held;
		this.held = undefined;
		if (!held || --held.users > 0) return;
		shared.delete(this.uri);
		// Do not wait for a server that does not answer.
		await withDeadline(held.client.close(), CLOSE_DEADLINE_MS, () => new Error("late")).catch(() => undefined);
	}

	get isOpen(): boolean {
		return this.held !== undefined;
	}

	/** @throws as {@link inTime} */
	async connect(): Promise<void> {
		// After a failed first connect, the client does not reconnect by itself.
		await inTime(() => this.client().connect());
	}

	/**
	 * Asks the server for its state, with a deadline of `ms` milliseconds.
	 * @throws as {@link inTime}
	 */
	async serverState(clock: Clock, ms?: number): Promise<ServerState> {
		const asked = clock.now();
		// The older name of the command "hello", which every server knows.
		const hello = await inTime(() => this.db().command({ isMaster: 1 }), ms);
		const theirs = (hello.localTime as Date).getTime();
		const aheadMs = Math.max(theirs - clock.now(), 0) || Math.min(theirs - asked, 0);
		return { aheadMs, standalone: isStandalone(hello) };
	}

	/** @throws Refusal STORE_UNAVAILABLE where it is closed */
	db(): Db {
		return this.client().db(this.database, DB_OPTIONS);
	}

	private client(): MongoClient {
		if (!this.held) throw busy("STORE_UNAVAILABLE", "The store is closed.");
		return this.held.client;
	}

	/** Whether this warning may be logged now: once in 10 s for all stores of this URI. False where the connection is closed. */
	mayWarn(line: string): boolean {
		return this.held?.warnings.allows(line) ?? false;
	}
}

/**
 * Runs a database operation with a deadline of `ms` milliseconds.
 * @throws Refusal STORE_UNAVAILABLE where the database is away or late; the operation may have run all the same
 */
export async function inTime<T>(work: () => Promise<T>, ms = OPERATION_DEADLINE_MS): Promise<T> {
	try {
		return await withDeadline(work(), ms, away);
	} catch (error) {
		throw isAway(error) ? Object.assign(away(), { cause: error }) : error;
	}
}

function away(): Refusal {
	return busy("STORE_UNAVAILABLE", "The store cannot be reached now.");
}

const AWAY_ERRORS = [
	MongoNetworkError,
	MongoServerSelectionError,
	MongoOperationTimeoutError,
	MongoNotConnectedError,
	MongoTopologyClosedError,
	MongoServerClosedError,
	MongoClientClosedError,
	MongoExpiredSessionError,
	MongoStalePrimaryError,
	MongoWriteConcernError,
];

const BROKEN_CONNECTION =
	/^(EPIPE|ECONN[A-Z]+|ENOTCONN|ETIMEDOUT|EHOST[A-Z]+|ENET[A-Z]+|ERR_STREAM_\w+|ERR_SOCKET_CLOSED)$/;

/** Whether the error means that the server is away, late, interrupted or not the primary; any other error is a defect. */
function isAway(error: unknown): boolean {
	if (AWAY_ERRORS.some((kind) => error instanceof kind)) return true;
	if (error instanceof MongoServerError)
		return AWAY_CODES.has(Number(error.code)) || error.hasErrorLabel("RetryableWriteError");
	const { name = "", code, syscall = "" } = error as { name?: string; code?: unknown; syscall?: string };
	// Two classes that the driver does not export, and two errors of Node: a failed DNS look-up of a mongodb+srv name, and a write to a
	// connection that just broke.
	return (
		/^Mongo(WaitQueueTimeout|PoolClosed)Error$/.test(name) ||
		syscall.startsWith("query") ||
		BROKEN_CONNECTION.test(String(code))
	);
}
