// A process that shares a durable consumer with others, and sends its parent the id of each event.
// With HOLD set, its handler never ends.
import { systemClock } from "../../../shared/domain/clock";
import { JetStreamEventBus } from "../../../shared/events/jetstream/jetstream-bus";
import { RETRY_POLICY } from "../../../shared/events/retry-policy";
import { silentLogger } from "../world";

async function main(): Promise<void> {
	const { URL: url, NAMESPACE: namespace, HOLD } = process.env;
	const bus = new JetStreamEventBus({
		urls: [url!],
		namespace: namespace!,
		retryPolicy: RETRY_POLICY,
		clock: systemClock,
		logger: silentLogger,
	});
	await bus.open();
	bus.subscribe("cart", ["order.placed"], async ({ id }) => {
		process.send?.(id);
		if (HOLD) await new Promise(() => undefined);
	});
	process.send?.("ready");
}

void main();
