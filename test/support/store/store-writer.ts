// A process that writes the LMDB store in argument 1 as fast as it can. It counts in the document of argument 2, and sends its parent
// each number that the store has acknowledged. It exits with 1 on any store error but STORE_UNAVAILABLE.
import { setTimeout as sleep } from "node:timers/promises";
import { DICTIONARY } from "../../../shared/store/folder/dictionary";
import { LmdbEnvironment } from "../../../shared/lmdb/lmdb-environment";
import { LmdbStore } from "../../../shared/store/lmdb/lmdb-store";
import { errorType } from "../../../shared/domain/refusals";
import type { Stored } from "../../../shared/store/store";

export interface Padded extends Stored {
	count: number;
	padding: string;
}

const COLLECTIONS = { padded: { count: ["count"] } };
const OTHERS = 500;
const WRITERS = 12;
const LONGEST = 6_000;

async function write(path: string, counter: string): Promise<void> {
	const store = new LmdbStore({
		environment: new LmdbEnvironment({ path, dictionary: DICTIONARY, durable: true }),
		collections: COLLECTIONS,
	});
	await store.connect();
	const padded = store.collection<Padded>("padded");
	const once = async (_id: string): Promise<number | undefined> => {
		try {
			const previous = await padded.load(_id);
			if (previous && _id !== counter && Math.random() < 0.2) return void (await padded.remove(previous));
			const count = (previous?.count ?? 0) + 1;
			const padding = "-".repeat(Math.floor(Math.random() * LONGEST));
			return (await padded.save({ _id, count, padding }, previous)) && count;
		} catch (error) {
			if (errorType(error) !== "STORE_UNAVAILABLE") throw error;
			await sleep(50);
			return undefined;
		}
	};
	const forEver = async (next: () => Promise<unknown>) => {
		for (;;) await next();
	};
	const others = Array.from({ length: WRITERS }, () =>
		forEver(() => once(`any-${Math.floor(Math.random() * OTHERS)}`)),
	);
	const counting = forEver(async () => {
		const count = await once(counter);
		if (count !== undefined) process.send!(count);
	});
	await Promise.all([...others, counting]);
}

write(process.argv[2]!, process.argv[3]!).catch((error: unknown) => {
	process.stderr.write(`${(error as Error).stack}\n`);
	process.exit(1);
});
