// A service of several pods, in the process of a test or in one of its own that a test can kill or freeze.
import { setTimeout as delay } from "node:timers/promises";
import { type Context, ServiceBroker, type ServiceSchema } from "moleculer";
import { readConfig } from "../../config";
import { brokerOptions } from "../../moleculer.config";
import { REPEATABLE } from "../../shared/calls/failover";

/** How long a pod works on what it is asked, and what for. */
export interface Work {
	id?: string;
	workMs?: number;
}

/** `ran` hears of each run of `stamp`, before the work begins. */
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

/** A broker as the shop's, not started, without the shop. */
export function createNode(env: Record<string, string>): ServiceBroker {
	return new ServiceBroker(brokerOptions(readConfig({ LOGLEVEL: "fatal", ...env }), []));
}

async function main(): Promise<void> {
	const broker = createNode(process.env as Record<string, string>);
	broker.createService(desk((id) => process.send?.(`ran ${id}`)));
	await broker.start();
	process.send?.("ready");
	process.once("SIGTERM", () => void broker.stop().then(() => process.exit(0)));
	// It is of no use without the test.
	process.once("disconnect", () => process.exit(0));
}

if (require.main === module) {
	main().catch((error) => {
		console.error(error);
		process.exit(1);
	});
}
