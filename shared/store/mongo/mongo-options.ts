import { type DbOptions, MongoClient, type MongoClientOptions, MongoParseError, ReadConcern } from "mongodb";
import { StartError } from "../../domain/start-error";

/** The deadline of an operation: after this it rejects with STORE_UNAVAILABLE. */
export const OPERATION_DEADLINE_MS = 3_000;
/** The driver ends each step before that deadline, so that abandoned steps do not pile up. */
const STEP_DEADLINE_MS = 2_500;

/** The options that a URI may replace. */
const DEFAULTS: MongoClientOptions = {
	appName: "funshop",
	maxPoolSize: 32,
	waitQueueTimeoutMS: STEP_DEADLINE_MS,
	serverSelectionTimeoutMS: STEP_DEADLINE_MS,
	connectTimeoutMS: STEP_DEADLINE_MS,
	// Also ends operations that a frozen server does not answer.
	socketTimeoutMS: OPERATION_DEADLINE_MS,
	heartbeatFrequencyMS: 2_000,
};

/** The options that no URI replaces: no read or acknowledged write may be lost by a failover. */
export const DB_OPTIONS = {
	writeConcern: { w: "majority", journal: true, wtimeoutMS: STEP_DEADLINE_MS },
	readConcern: new ReadConcern("majority"),
	readPreference: "primary",
	ignoreUndefined: true,
} as const satisfies DbOptions;

/** The options of a URI that {@link DB_OPTIONS} replace, in lower case, with the values that agree with them. */
const REPLACED: Readonly<Record<string, readonly string[]>> = {
	w: ["majority"],
	wtimeout: [],
	wtimeoutms: [],
	j: ["true"],
	journal: ["true"],
	readconcernlevel: ["majority"],
	readpreference: ["primary"],
	readpreferencetags: [],
	maxstalenessseconds: [],
};

export interface MongoPlace {
	/** Hosts and database of the URI, without its secrets. */
	name: string;
	database: string;
	/** The URI's options that have no effect, by name. */
	ignored: string[];
}

/** Reads a URI without connecting. @throws StartError, without secrets, where it cannot be used; `owner` is named in its message */
export function readMongoUri(uri: string, owner: string): MongoPlace {
	try {
		const database = decodeURIComponent(/^[^/]*\/\/[^/]*\/([^?]+)/.exec(uri)?.[1] ?? "funshop");
		const { options } = clientOf(uri).db(database).client;
		const name = `${options.srvHost ?? options.hosts.join(",")}/${database}`;
		const ignored = [...optionsOf(uri)].filter(
			([option, value]) => REPLACED[option.toLowerCase()]?.includes(value) === false,
		);
		return { name, database, ignored: ignored.map(([option]) => option) };
	} catch (error) {
		// Messages of other errors quote the URI's parts, which may be a password.
		const reason = error instanceof MongoParseError ? `: ${error.message}` : "";
		throw new StartError(`the MongoDB URI of ${owner} cannot be used${reason}`);
	}
}

/** A client that is not connected yet. */
export function clientOf(uri: string): MongoClient {
	const given = new Set([...optionsOf(uri).keys()].map((option) => option.toLowerCase()));
	return new MongoClient(
		uri,
		Object.fromEntries(Object.entries(DEFAULTS).filter(([option]) => !given.has(option.toLowerCase()))),
	);
}

function optionsOf(uri: string): URLSearchParams {
	return new URLSearchParams(/\?(.*)$/.exec(uri)?.[1]);
}
