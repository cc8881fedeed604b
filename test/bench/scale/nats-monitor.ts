// What a nats-server says of itself on its monitoring port.

export interface NatsState {
	connections: number;
	/** Messages and bytes since the server's start: sent to it, and sent by it to subscribers. */
	received: { messages: number; bytes: number };
	delivered: { messages: number; bytes: number };
	/** Durable consumers of all streams. */
	consumers: number;
}

/** @throws Error where the server does not answer */
export async function natsState(monitorUrl: string): Promise<NatsState> {
	const ask = async (path: string) => (await fetch(monitorUrl + path)).json() as Promise<Record<string, number>>;
	const [general, jetStream] = await Promise.all([ask("/varz"), ask("/jsz")]);
	return {
		connections: general.connections!,
		received: { messages: general.in_msgs!, bytes: general.in_bytes! },
		delivered: { messages: general.out_msgs!, bytes: general.out_bytes! },
		consumers: jetStream.consumers!,
	};
}
