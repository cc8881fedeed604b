// A service that several processes run: the process of a test, or a process of its own that a test can kill or freeze.
import { setTimeout as delay } from "node:timers/promises";
import { type Context, ServiceBroker, type ServiceSchema } from "moleculer";
import { readConfig } from "../../../config";
import { brokerOptions } from "../../../moleculer.config";
import { REPEATABLE } from "../../../shared/calls/failover";

/** One piece of work: its id, and how long it takes in milliseconds. */
export interface Work {
	id?: string;
	workMs?: number;
}

/** Calls `ran` with the id of each run of `stamp`, before the work begins. */
export function desk(ran: (id: string) => void = () => undefined): ServiceSchema {
	const work = async ({ params: { workMs = 0 }, broker }: Context<Work>) => {
		if (workMs > 0) await delay(workMs);
		return broker.nodeID;
	};
	return {
		name: "desk",
		actions: {
			look: { ...REPEATABLE, handler: work },
			guarded: { circuitBreaker: {}, handler: work },
			stamp(context: Context<Work>) {
				ran(context.params.id ?? "");
				return work(context);
			},
		},
	};
}

/** A broker with the shop's options but without its services, not started. */
export function createNode(env: Record<string, string>): ServiceBroker {
	return new ServiceBroker(brokerOptions(readConfig({ LOGLEVEL: "fatal", ...env }), []));
}

async function main(): Promise<void> {
	const broker = createNode(process.env as Record<string, string>);
	broker.createService(desk((id) => process.send?.(`ran ${id}`)));
	await broker.start();
	process.send?.("ready");
	process.once("SIGTERM", () => void broker.stop().then(() => process.exit(0)));
	// Ends with the test.
	process.once("disconnect", () => process.exit(0));
}

if (require.main === module) {
	main().catch((error) => {
		console.error(error);
		process.exit(1);
	});
}
