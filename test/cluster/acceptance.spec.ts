import { describeAcceptance } from "../support/http/acceptance";
import { startCluster } from "../support/cluster/cluster";
import { describeWith } from "../support/cluster/servers";

/** Two processes of everything that a customer's request goes through twice. */
const PROCESSES = { order: 2, payment: 2, customer: 2 };

describeWith(["nats"], "with NATS", () => {
	describeAcceptance("processes with NATS and LMDB", () =>
		startCluster({ store: "lmdb", processes: PROCESSES, gateways: 2 }),
	);
});

describeWith(["nats", "mongod"], "with NATS and MongoDB", () => {
	describeAcceptance("processes with NATS and MongoDB", () =>
		startCluster({ store: "mongo", processes: PROCESSES, gateways: 2 }),
	);
});
