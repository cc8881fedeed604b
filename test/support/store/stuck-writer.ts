import { LmdbEnvironment } from "../../../shared/lmdb/lmdb-environment";
// A process that begins a write on the LMDB environment of argument 1 and hangs in the middle of it.

const shared = new LmdbEnvironment({ path: process.argv[2]!, durable: true });
void shared.open().then((environment) =>
	environment.transactionSync(() => {
		process.send!("writing");
		// The message is sent in the background, which needs some time.
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600_000);
	}),
);
