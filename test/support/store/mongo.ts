import { randomUUID } from "node:crypto";
import { MongoClient } from "mongodb";
import { MONGO_URI_GIVEN, startMongod, type TestServer } from "../cluster/servers";

/** Databases for tests, on the server that `MONGO_URI` names or on one that the tests start. */
export interface TestDatabases {
	/** The URI of a new database. */
	fresh(): string;
	/** Removes these databases, and ends the server where the tests have started it. */
	stop(): Promise<void>;
}

export async function openDatabases(): Promise<TestDatabases> {
	const own: TestServer | undefined = MONGO_URI_GIVEN ? undefined : await startMongod();
	const given: string[] = [];
	return {
		fresh() {
			const uri = withDatabase(own?.url ?? MONGO_URI_GIVEN!, `funshop-test-${randomUUID().slice(0, 8)}`);
			given.push(uri);
			return uri;
		},
		async stop() {
			if (own) return own.stop();
			for (const uri of given) await inDatabase(uri, (database) => database.dropDatabase());
		},
	};
}

/** Reads or changes a database without the shop. */
export async function inDatabase<T>(
	uri: string,
	look: (database: ReturnType<MongoClient["db"]>) => Promise<T>,
): Promise<T> {
	const client = new MongoClient(uri);
	try {
		return await look(client.db());
	} finally {
		await client.close();
	}
}

/** A MongoDB URI may name several hosts, which `URL` does not take. */
export function withDatabase(uri: string, name: string): string {
	return uri.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${name}`);
}
