// Runs start.ts, and kills itself at the crash point that a message of its parent names.
import { SimulatedProcessor } from "../../../services/payment/processor.simulated";
import type { EventBus } from "../../../shared/events/event-bus";
import { EmbeddedEventBus } from "../../../shared/events/embedded/embedded-bus";
import { JetStreamEventBus } from "../../../shared/events/jetstream/jetstream-bus";
import type { Collection, Store, Stored } from "../../../shared/store/store";
import { StoreAdapter } from "../../../shared/store/moleculer-db-adapter";
import type { CrashPoint } from "./crash-points";
import { wrapped } from "../store/wrapped-collection";

let armed: { crashAt: CrashPoint; passes: number } | undefined;
process.on("message", (order: typeof armed) => (armed = order));

function reach(point: CrashPoint): void {
	if (armed?.crashAt === point && --armed.passes <= 0) process.kill(process.pid, "SIGKILL");
}

function crashInStore(prototype: Pick<Store, "collection">): void {
	const { collection: open } = prototype;
	prototype.collection = function <D extends Stored>(this: Store, name: string): Collection<D> {
		return wrapped(open.call(this, name) as Collection<D>, async (operation, work) => {
			if (operation === "save") reach("before commit");
			return work();
		});
	};
}

function crashInBus(prototype: Pick<EventBus, "publish" | "subscribe">): void {
	const { publish, subscribe } = prototype;
	prototype.publish = async function (this: EventBus, events) {
		reach("after commit before delivery");
		const fresh = await publish.call(this, events);
		reach("after delivery before mark");
		return fresh;
	};
	prototype.subscribe = function (this: EventBus, consumer, types, handle) {
		return subscribe.call(this, consumer, types, async (event) => {
			await handle(event);
			reach("after handler before ack");
		});
	};
}

/** Where the log takes an event with its document there is no publishing: an event is delivered once the commit is over. */
function crashInLog(prototype: Pick<EmbeddedEventBus, "append">): void {
	const { append } = prototype;
	prototype.append = async function (this: EmbeddedEventBus, events, write) {
		const written = await append.call(this, events, async (put) => {
			const committed = await write(put);
			reach("after commit before delivery");
			return committed;
		});
		await new Promise(setImmediate);
		reach("after delivery before mark");
		return written;
	};
}

crashInStore(StoreAdapter.prototype);
crashInLog(EmbeddedEventBus.prototype);
[EmbeddedEventBus, JetStreamEventBus].forEach(({ prototype }) => crashInBus(prototype));

const { capture } = SimulatedProcessor.prototype;
SimulatedProcessor.prototype.capture = async function (...asked) {
	const outcome = await capture.apply(this, asked);
	reach("after provider call before record");
	return outcome;
};

void import("../../../start.js");
