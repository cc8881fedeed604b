// A process that opens, uses and closes the LMDB environment in argument 1, 200 times, or for as many milliseconds as argument 3 says: as a store, or
// as argument 2 says as an event log or a reader. It exits with 1 on any error.
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../../shared/domain/clock";
import { EmbeddedEventBus } from "../../../shared/events/embedded/embedded-bus";
import { RETRY_POLICY } from "../../../shared/events/retry-policy";
import { LmdbEnvironment } from "../../../shared/lmdb/lmdb-environment";
import { LmdbReader } from "../../../shared/lmdb/lmdb-reader";
import { LmdbStore } from "../../../shared/store/lmdb/lmdb-store";
import { silentLogger } from "../world";

const TIMES = 200;
const LONGEST_PAUSE_MS = 3;

async function useStore(path: string, id: string): Promise<void> {
	const store = new LmdbStore({
		environment: new LmdbEnvironment({ path, durable: true }),
		collections: { things: {} },
	});
	await store.connect();
	await store.collection("things").save({ _id: id }, undefined);
	await store.disconnect();
}

async function useLog(path: string): Promise<void> {
	const environment = new LmdbEnvironment({ path, durable: true });
	const options = { environment, retryPolicy: RETRY_POLICY, clock: systemClock, logger: silentLogger };
	const bus = new EmbeddedEventBus(options);
	await bus.open();
	await bus.newest([]);
	await bus.close();
}

async function useReader(path: string): Promise<void> {
	const reader = await LmdbReader.open({ path, prefix: "" });
	reader.count("counters");
	await reader.close();
}

async function openAndClose([path, kind, forMs]: string[]): Promise<void> {
	const begun = performance.now();
	const isOver = (times: number) => (forMs ? performance.now() - begun > Number(forMs) : times === TIMES);
	for (let times = 0; !isOver(times); times++) {
		if (kind === "log") await useLog(path!);
		else if (kind === "reader") await useReader(path!);
		else await useStore(path!, `${process.pid}-${times}`);
		await sleep(Math.random() * LONGEST_PAUSE_MS);
	}
}

openAndClose(process.argv.slice(2)).catch((error: unknown) => {
	process.stderr.write(`${(error as Error).stack}\n`);
	process.exit(1);
});
