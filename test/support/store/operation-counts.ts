import { createRequire } from "node:module";
import type { RootDatabase, RootDatabaseOptionsWithPath } from "lmdb";

/** Operations on the LMDB environments of this process that were opened after {@link countOperations} was called. */
export interface OperationCounts {
	/** Writes of one document that depend on its revision; those that lost against another one too. */
	documentWrites: number;
	puts: number;
	removes: number;
	/** Looks for one key, whether or not its value is decoded. */
	gets: number;
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
	get: "gets",
	doesExist: "gets",
	// Reading keys alone goes through this method too.
	getRange: "rangeScans",
};

/** Counts the operations on environments that are opened from now on. Returns a function that reads the counts. */
export function countOperations(): () => OperationCounts {
	const counts: OperationCounts = { documentWrites: 0, puts: 0, removes: 0, gets: 0, rangeScans: 0, commits: 0 };
	const environments: Array<{ environment: RootDatabase; before: number }> = [];
	// The module itself: an import would be a copy, and opening would not be seen.
	const library = createRequire(__filename)("lmdb") as { open(options: RootDatabaseOptionsWithPath): RootDatabase };
	const open = library.open;
	library.open = (options) => {
		const environment = open(options);
		environments.push({ environment, before: transactionsOf(environment) });
		const openDB = environment.openDB.bind(environment) as Method;
		(environment as unknown as Countable).openDB = (...args) => counted(openDB(...args) as Countable, counts);
		return environment;
	};
	return () => ({
		...counts,
		commits: environments.reduce((sum, { environment, before }) => sum + transactionsOf(environment) - before, 0),
	});
}

function counted(database: Countable, counts: OperationCounts): Countable {
	for (const [name, count] of Object.entries(COUNTED)) {
		const method = database[name]!.bind(database);
		database[name] = (...args) => {
			counts[count]++;
			return method(...args);
		};
	}
	return database;
}

/** 0 once the environment is closed. */
function transactionsOf(environment: RootDatabase): number {
	try {
		return (environment.getStats() as { lastTxnId: number }).lastTxnId;
	} catch {
		return 0;
	}
}
