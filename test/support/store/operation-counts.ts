import { createRequire } from "node:module";
import type { RootDatabase, RootDatabaseOptionsWithPath } from "lmdb";
// As in the shop, before lmdb is loaded.
import "../../../shared/lmdb/compress-when-written";

/** Operations on the LMDB environments of this process that were opened after {@link countOperations} was called. */
export interface OperationCounts {
	/** Writes of one document that depend on its revision; those that lost against another one too. */
	documentWrites: number;
	/** Of documents, entries of indexes and all else. */
	puts: number;
	removes: number;
	/** Those of `puts` that are entries of indexes. */
	indexPuts: number;
	/** Those of `removes` that are entries of indexes. */
	indexRemoves: number;
	/** Looks for one key, whether or not its value is decoded. */
	reads: number;
	/** Reads of a range of keys, also of an empty one. */
	rangeScans: number;
	commits: number;
}

type Method = (...args: unknown[]) => unknown;
type Countable = Record<string, Method>;

const COUNTED: Readonly<Record<string, keyof OperationCounts>> = {
	ifVersion: "documentWrites",
	put: "puts",
	remove: "removes",
	get: "reads",
	doesExist: "reads",
	// Reading keys alone goes through this method too.
	getRange: "rangeScans",
};
const COUNTED_OF_INDEXES: Readonly<Record<string, keyof OperationCounts>> = {
	put: "indexPuts",
	remove: "indexRemoves",
};
/** The end of the name of a database that holds the indexes of a collection. */
const INDEXES = ".indexes";

/** Counts the operations on environments that are opened from now on. Returns a function that reads the counts. */
export function countOperations(): () => OperationCounts {
	const counts: OperationCounts = {
		documentWrites: 0,
		puts: 0,
		removes: 0,
		indexPuts: 0,
		indexRemoves: 0,
		reads: 0,
		rangeScans: 0,
		commits: 0,
	};
	const environments: Array<{ environment: RootDatabase; before: number }> = [];
	// The module itself: an import would be a copy, and opening would not be seen.
	const library = createRequire(__filename)("lmdb") as { open(options: RootDatabaseOptionsWithPath): RootDatabase };
	const open = library.open;
	library.open = (options) => {
		const environment = open(options);
		environments.push({ environment, before: transactionsOf(environment) });
		const openDB = environment.openDB.bind(environment) as Method;
		(environment as unknown as Countable).openDB = (options) => {
			const database = openDB(options) as Countable;
			const { name } = options as { name: string };
			count(database, COUNTED, counts);
			if (name.endsWith(INDEXES)) count(database, COUNTED_OF_INDEXES, counts);
			return database;
		};
		return environment;
	};
	return () => ({
		...counts,
		commits: environments.reduce((sum, { environment, before }) => sum + transactionsOf(environment) - before, 0),
	});
}

/** Replaces these methods of a database by ones that also count. */
function count(
	database: Countable,
	methods: Readonly<Record<string, keyof OperationCounts>>,
	counts: OperationCounts,
): void {
	for (const [name, counted] of Object.entries(methods)) {
		const method = database[name]!.bind(database);
		database[name] = (...args) => {
			counts[counted]++;
			return method(...args);
		};
	}
}

/** 0 once the environment is closed. */
function transactionsOf(environment: RootDatabase): number {
	try {
		return (environment.getStats() as { lastTxnId: number }).lastTxnId;
	} catch {
		return 0;
	}
}
