import type { JetStreamManager } from "nats";
import { connect } from "nats";
import { JetStreamEventBus, type JetStreamEventBusOptions } from "../../../shared/events/jetstream/jetstream-bus";
import type { CloudEvent } from "../../../shared/events/event";
import { QUICK_RETRIES } from "./bus-contract";
import { eventually, silentLogger, TestClock } from "../world";

/** A bus with quick retries and without a log, which is not open yet. */
export function aBus(url: string, namespace: string, more: Partial<JetStreamEventBusOptions> = {}): JetStreamEventBus {
	return new JetStreamEventBus({
		urls: [url],
		namespace,
		clock: new TestClock(),
		logger: silentLogger,
		retryPolicy: QUICK_RETRIES,
		...more,
	});
}

export async function openBus(...asked: Parameters<typeof aBus>): Promise<JetStreamEventBus> {
	const bus = aBus(...asked);
	await bus.open();
	return bus;
}

/** Publishes until it succeeds, as the outbox relay does. */
export async function insist(bus: JetStreamEventBus, events: readonly CloudEvent[], withinMs = 20_000): Promise<void> {
	await eventually(() => bus.publish(events).catch(() => undefined), withinMs);
}

/** Changes JetStream directly, past the bus, as an operator does. */
export async function asOperator<T>(url: string, act: (jsm: JetStreamManager) => Promise<T>): Promise<T> {
	const connection = await connect({ servers: new URL(url).host });
	try {
		return await act(await connection.jetstreamManager());
	} finally {
		await connection.close();
	}
}
