// A process that opens, uses and closes the LMDB environment in argument 1, 200 times: a store, or with argument 2 "log" an event log. It exits
// with 1 on any error.
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../../shared/domain/clock";
import { EmbeddedEventBus } from "../../../shared/events/embedded/embedded-bus";
import { RETRY_POLICY } from "../../../shared/events/retry-policy";
import { LmdbEnvironment } from "../../../shared/lmdb/lmdb-environment";
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

async function openAndClose([path, kind]: string[]): Promise<void> {
	for (let times = 0; times < TIMES; times++) {
		await (kind === "log" ? useLog(path!) : useStore(path!, `${process.pid}-${times}`));
		await sleep(Math.random() * LONGEST_PAUSE_MS);
	}
}

openAndClose(process.argv.slice(2)).catch((error: unknown) => {
	process.stderr.write(`${(error as Error).stack}\n`);
	process.exit(1);
});
