import type { JetStreamManager } from "nats";
import { connect } from "nats";
import { JetStreamCarrier, type JetStreamCarrierOptions } from "../../shared/events/jetstream/jetstream-bus";
import type { Fact } from "../../shared/events/event";
import { FIRST_DELAY_MS, MAX_TRIES } from "./bus-contract";
import { eventually, silentLogger, TestClock } from "./world";

/** A carrier as a test needs it: impatient and silent; not open. */
export function aCarrier(
	url: string,
	namespace: string,
	more: Partial<JetStreamCarrierOptions> = {},
): JetStreamCarrier {
	return new JetStreamCarrier({
		urls: [url],
		namespace,
		clock: new TestClock(),
		logger: silentLogger,
		maxTries: MAX_TRIES,
		firstDelayMs: FIRST_DELAY_MS,
		...more,
	});
}

export async function openCarrier(...asked: Parameters<typeof aCarrier>): Promise<JetStreamCarrier> {
	const carrier = aCarrier(...asked);
	await carrier.open();
	return carrier;
}

/** Publishes as a relay does: again until it is acknowledged. */
export async function insist(carrier: JetStreamCarrier, facts: readonly Fact[], withinMs = 20_000): Promise<void> {
	await eventually(() => carrier.publish(facts).catch(() => undefined), withinMs);
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
