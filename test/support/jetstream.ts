import type { JetStreamManager } from "nats";
import { connect } from "nats";
import { JetStreamEventBus, type JetStreamEventBusOptions } from "../../shared/events/jetstream/jetstream-bus";
import type { CloudEvent } from "../../shared/events/event";
import { FIRST_DELAY_MS, MAX_TRIES } from "./bus-contract";
import { eventually, silentLogger, TestClock } from "./world";

/** A bus as a test needs it: impatient and silent; not open. */
export function aBus(url: string, namespace: string, more: Partial<JetStreamEventBusOptions> = {}): JetStreamEventBus {
	return new JetStreamEventBus({
		urls: [url],
		namespace,
		clock: new TestClock(),
		logger: silentLogger,
		maxTries: MAX_TRIES,
		firstDelayMs: FIRST_DELAY_MS,
		...more,
	});
}

export async function openBus(...asked: Parameters<typeof aBus>): Promise<JetStreamEventBus> {
	const bus = aBus(...asked);
	await bus.open();
	return bus;
}

/** Publishes as a relay does: again until it is acknowledged. */
export async function insist(bus: JetStreamEventBus, events: readonly CloudEvent[], withinMs = 20_000): Promise<void> {
	await eventually(() => bus.publish(events).catch(() => undefined), withinMs);
}

/** What an operator does with a tool of his own. */
export async function asOperator<T>(url: string, act: (jsm: JetStreamManager) => Promise<T>): Promise<T> {
	const connection = await connect({ servers: new URL(url).host });
	try {
		return await act(await connection.jetstreamManager());
	} finally {
		await connection.close();
	}
}
