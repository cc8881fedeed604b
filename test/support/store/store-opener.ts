// A process that opens the LMDB store in argument 1, writes to it and closes it, 200 times. It exits with 1 on any error.
import { setTimeout as sleep } from "node:timers/promises";
import { LmdbStore } from "../../../shared/store/lmdb/lmdb-store";

const TIMES = 200;
const LONGEST_PAUSE_MS = 3;

async function openAndClose(path: string): Promise<void> {
	for (let times = 0; times < TIMES; times++) {
		const store = new LmdbStore({ path, collections: { things: {} }, durable: true });
		await store.connect();
		await store.collection("things").save({ _id: `${process.pid}-${times}` }, undefined);
		await store.disconnect();
		await sleep(Math.random() * LONGEST_PAUSE_MS);
	}
}

openAndClose(process.argv[2]!).catch((error: unknown) => {
	process.stderr.write(`${(error as Error).stack}\n`);
	process.exit(1);
});
