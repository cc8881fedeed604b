// A shop in a process of its own that kills itself at a named point, when it is told to by a message.
import { readConfig } from "../../config";
import { SimulatedProcessor } from "../../services/payment/payment.simulated";
import type { Carrier } from "../../shared/carrier";
import { LmdbAdapter } from "../../shared/lmdb-adapter";
import type { Collection, Stored } from "../../shared/store";
import type { CrashPoint } from "./crash-points";
import { createShop } from "../../shop";
import { systemClock } from "../../shared/clock";
import { EmbeddedCarrier } from "../../shared/embedded-carrier";
import { silentLogger } from "./world";
import { join } from "node:path";

let armed: { crashAt: CrashPoint; passes: number } | undefined;
process.on("message", (order: typeof armed) => (armed = order));

function reach(point: CrashPoint): void {
	if (armed?.crashAt === point && --armed.passes <= 0) process.kill(process.pid, "SIGKILL");
}

class CrashingAdapter extends LmdbAdapter {
	override collection<D extends Stored>(name: string): Collection<D> {
		const collection = super.collection<D>(name);
		return {
			load: (id) => collection.load(id),
			query: (index, query) => collection.query(index, query),
			remove: (previous) => collection.remove(previous),
			all: () => collection.all(),
			async save(next, previous) {
				reach("before commit");
				return collection.save(next, previous);
			},
		};
	}
}

function crashing(carrier: Carrier): Carrier {
	const publish = carrier.publish.bind(carrier);
	const consume = carrier.consume.bind(carrier);
	carrier.publish = async (facts) => {
		reach("after commit before delivery");
		await publish(facts);
		reach("after delivery before mark");
	};
	carrier.consume = (consumer, types, handle) =>
		consume(consumer, types, async (fact) => {
			await handle(fact);
			reach("after handler before ack");
		});
	return carrier;
}

const capture = SimulatedProcessor.prototype.capture;
SimulatedProcessor.prototype.capture = async function (...asked) {
	const outcome = await capture.apply(this, asked);
	reach("after provider call before record");
	return outcome;
};

async function main(): Promise<void> {
	const config = readConfig(process.env);
	const inDataDir = (name: string) => join(config.dataDir, name);
	const carrier = new EmbeddedCarrier({
		path: inDataDir("facts"),
		durable: true,
		clock: systemClock,
		logger: silentLogger,
	});
	const broker = createShop(config, {
		carrier: crashing(carrier),
		openStore: (service, collections) => new CrashingAdapter({ path: inDataDir(service), collections, durable: true }),
	});
	await broker.start();
	process.send?.("ready");
	process.once("SIGTERM", () => void broker.stop().then(() => process.exit(0)));
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
