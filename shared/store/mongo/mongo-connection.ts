import { type ClientSession, type Db, type Document, type MongoClient } from "mongodb";
import { type Clock } from "../../domain/clock";
import { busy, conflict, type Refusal } from "../../domain/refusals";
import { withDeadline } from "../../timing/deadline";
import { LogThrottle } from "../../timing/log-throttle";
import { isAway, isTooLarge } from "./mongo-errors";
import { clientOf, DB_OPTIONS, type MongoPlace, OPERATION_DEADLINE_MS, readMongoUri } from "./mongo-options";

const CLOSE_DEADLINE_MS = 2_000;

/** The client of one URI, shared by all stores of this process, and the number of its users. */
interface Shared {
	client: MongoClient;
	users: number;
	warnings: LogThrottle;
	/** Whether the server has sessions, which a reply to `hello` says. */
	hasSessions: boolean;
	/** Runs no operation, and keeps the latest times that operations have seen. */
	seen: ClientSession;
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
	readonly place: MongoPlace;
	private held: Shared | undefined;

	/** @throws StartError, without secrets, where the URI cannot be used */
	constructor(
		private readonly uri: string,
		service: string,
	) {
		this.place = readMongoUri(uri, service);
	}

	open(): void {
		if (this.held) return;
		let held = shared.get(this.uri);
		if (!held) {
			const client = clientOf(this.uri);
			held = { client, users: 0, warnings: new LogThrottle(), hasSessions: false, seen: client.startSession() };
			shared.set(this.uri, held);
		}
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
		if (this.held) this.held.hasSessions = typeof hello.logicalSessionTimeoutMinutes === "number";
		const theirs = (hello.localTime as Date).getTime();
		const aheadMs = Math.max(theirs - clock.now(), 0) || Math.min(theirs - asked, 0);
		return { aheadMs, standalone: isStandalone(hello) };
	}

	/** @throws Refusal STORE_UNAVAILABLE where it is closed */
	db(): Db {
		return this.client().db(this.place.database, DB_OPTIONS);
	}

	/**
	 * Runs an operation that sees all that earlier operations of this process have seen. A new primary may serve an older snapshot of what
	 * its majority has; with the session it waits until that has the times that the session knows.
	 * @param work gets no session where the server has none
	 * @throws as {@link inTime}
	 */
	run<T>(work: (session: ClientSession | undefined) => Promise<T>): Promise<T> {
		const { held } = this;
		if (!held?.hasSessions) return inTime(() => work(undefined));
		return inTime(() =>
			held.client.withSession({ causalConsistency: true }, async (session) => {
				advance(session, held.seen);
				try {
					return await work(session);
				} finally {
					advance(held.seen, session);
				}
			}),
		);
	}

	private client(): MongoClient {
		if (!this.held) throw closed();
		return this.held.client;
	}

	/** Whether this warning may be logged now: once in 10 s for all stores of this URI. False where the connection is closed. */
	mayWarn(line: string): boolean {
		return this.held?.warnings.allows(line) ?? false;
	}
}

/** Advances a session to the times that another one knows. */
function advance(session: ClientSession, { operationTime, clusterTime }: ClientSession): void {
	if (operationTime) session.advanceOperationTime(operationTime);
	if (clusterTime) session.advanceClusterTime(clusterTime);
}

/**
 * Runs a database operation with a deadline of `ms` milliseconds; `Infinity`: without one.
 * @throws Refusal STORE_UNAVAILABLE where the database is away or late; the operation may have run all the same. Refusal DOCUMENT_TOO_LARGE
 */
export async function inTime<T>(work: () => Promise<T>, ms = OPERATION_DEADLINE_MS): Promise<T> {
	try {
		return await (ms === Infinity ? work() : withDeadline(work(), ms, away));
	} catch (error) {
		if (isTooLarge(error)) throw Object.assign(tooLarge(), { cause: error });
		throw isAway(error) ? Object.assign(away(), { cause: error }) : error;
	}
}

function away(): Refusal {
	return busy("STORE_UNAVAILABLE", "The store cannot be reached now.");
}

export function closed(): Refusal {
	return busy("STORE_UNAVAILABLE", "The store is closed.");
}

/** No refusal to try again: the same write fails each time, until what it adds to is smaller. */
function tooLarge(): Refusal {
	return conflict("DOCUMENT_TOO_LARGE", "What this would be saved with is too large for the store.");
}
