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

/** How long anything may take until the caller is told that the store is away. */
const OPERATION_DEADLINE_MS = 3_000;
/** Each step ends by itself before that, so that what nobody waits for any more does not pile up. */
const STEP_DEADLINE_MS = 2_500;
const CLOSE_DEADLINE_MS = 2_000;

const CLIENT_OPTIONS: MongoClientOptions = {
	appName: "funshop",
	maxPoolSize: 32,
	waitQueueTimeoutMS: STEP_DEADLINE_MS,
	serverSelectionTimeoutMS: STEP_DEADLINE_MS,
	connectTimeoutMS: STEP_DEADLINE_MS,
	// Also ends what a frozen server does not answer.
	socketTimeoutMS: OPERATION_DEADLINE_MS,
	heartbeatFrequencyMS: 2_000,
	ignoreUndefined: true,
};

/** What the shop's promises need, whatever a URI says: nothing is answered that a failover could take back. */
const DB_OPTIONS: DbOptions = {
	writeConcern: { w: "majority", journal: true, wtimeoutMS: STEP_DEADLINE_MS },
	readConcern: new ReadConcern("majority"),
	readPreference: "primary",
	ignoreUndefined: true,
};

/** The server's codes for being away for now: no primary, shutting down, interrupted, out of time, or busy building what is asked for. */
const AWAY_CODES = new Set([
	6, 7, 24, 43, 46, 50, 64, 79, 89, 91, 94, 100, 112, 133, 134, 189, 234, 262, 276, 290, 317, 9001, 10058, 10107, 11600,
	11601, 11602, 12586, 12587, 13388, 13435, 13436, 14031,
]);

/** One client for each URI in this process, and how many stores use it. */
interface Shared {
	client: MongoClient;
	users: number;
	/** Of {@link MongoLink.mayWarn}. */
	warnings: LogThrottle;
}

const shared = new Map<string, Shared>();

export interface ServerState {
	/**
	 * How far the server's clock is ahead of this process's, in milliseconds; negative where it is behind. A lower bound, because the answer
	 * was under way for an unknown time.
	 */
	aheadMs: number;
	/** Whether it belongs to no replica set and is no `mongos`. */
	standalone: boolean;
}

/** Whether this reply to the command `hello` comes from a server that belongs to no replica set and is no `mongos`. */
export function isStandalone({ setName, msg }: Document): boolean {
	return setName === undefined && msg !== "isdbgrid";
}

/** A store's way to its database. It opens nothing until it is used. */
export class MongoLink {
	/** Hosts and database, without what is secret of the URI. */
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
			// Other errors repeat what they could not read, which may be a password.
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
		// A server that does not answer is not waited for.
		await withDeadline(held.client.close(), CLOSE_DEADLINE_MS, () => new Error("late")).catch(() => undefined);
	}

	get isOpen(): boolean {
		return this.held !== undefined;
	}

	/** @throws as {@link inTime} */
	async connect(): Promise<void> {
		// A client whose first connect failed connects by itself no more.
		await inTime(() => this.client().connect());
	}

	/**
	 * Asks the server for its state; it has `ms` milliseconds to answer.
	 * @throws as {@link inTime}
	 */
	async serverState(clock: Clock, ms?: number): Promise<ServerState> {
		const asked = clock.now();
		// Every server knows the command "hello" by this older name.
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

	/** Whether it is time to say again why the server cannot be used: now and then, and once for all stores that wait for it. */
	mayWarn(line: string): boolean {
		return this.held?.warnings.allows(line) ?? false;
	}
}

/**
 * Does something with a database within a deadline, in milliseconds.
 * @throws Refusal STORE_UNAVAILABLE where the database is away or late; it may have been done all the same
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

/** Whether the driver says that the server is not there, late, not the primary or interrupted; anything else is a defect. */
function isAway(error: unknown): boolean {
	if (AWAY_ERRORS.some((kind) => error instanceof kind)) return true;
	if (error instanceof MongoServerError)
		return AWAY_CODES.has(Number(error.code)) || error.hasErrorLabel("RetryableWriteError");
	const { name = "", code, syscall = "" } = error as { name?: string; code?: unknown; syscall?: string };
	// Two that the driver does not export, and Node's own as they are: of a name of mongodb+srv that cannot be looked up now, and of a
	// connection that broke just as it was written to.
	return (
		/^Mongo(WaitQueueTimeout|PoolClosed)Error$/.test(name) ||
		syscall.startsWith("query") ||
		BROKEN_CONNECTION.test(String(code))
	);
}
