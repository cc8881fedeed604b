import { setTimeout as delay } from "node:timers/promises";
import { Errors, type ServiceBroker, Transporters } from "moleculer";
import { connect, type ConnectionOptions, createInbox, Events, type Msg, type NatsConnection } from "nats";
import { natsServers } from "./nats-servers";
import { LogThrottle } from "../timing/log-throttle";

/** Between two tries to reach NATS before the first connection. */
const TRY_AGAIN_MS = 1_000;
/** What a server that does not answer may hold up a stop. */
const GOODBYE_MS = 500;
/** Nodes that keep a request waiting for longer than this are asked whether they are still there, as often. */
const PROBE_MS = 250;
/** NATS says so to whoever asks where nobody listens. */
const NO_RESPONDERS = 503;

/** A packet of Moleculer as this transporter has to know it. */
interface Packet {
	type: string;
	target?: string | null;
	payload: { id?: string };
}

/** What Moleculer remembers of requests until they are answered. */
type Pending =
	NonNullable<ServiceBroker["transit"]>["pendingRequests"] extends Map<string, infer Request> ? Request : never;

/**
 * Moleculer's transport over NATS that notices at once what its own notices after a timeout or never: NATS that is away, at the
 * start or later, and nodes that are gone. What was under way then is rejected: as not available where it certainly was not
 * delivered, else as REQUEST_REJECTED.
 */
export class NatsTransporter extends Transporters.NATS {
	declare client: NatsConnection | null;
	private readonly urls: readonly string[];
	/** NATS answers to this subject, with node and request after it, where nobody hears a request. */
	private readonly inbox = createInbox();
	private stopping = new AbortController();
	private probing: NodeJS.Timeout | undefined;
	private slow = new Set<Pending>();

	/** `urls`: one for each server of a NATS cluster, `nats://` or `tls://`; user and password are taken from the first. */
	constructor({ urls }: { urls: readonly string[] }) {
		super({});
		this.urls = urls;
	}

	/** Whether the client has given up for good, as it does when its password is no longer accepted. */
	get isClosed(): boolean {
		return this.client?.isClosed() ?? false;
	}

	/** Tries until NATS is there, or the broker is stopped; `broker.start()` waits for it. */
	override async connect(): Promise<void> {
		this.stopping = new AbortController();
		const warnings = new LogThrottle();
		while (!this.stopping.signal.aborted) {
			try {
				return await this.connectOnce();
			} catch (error) {
				await this.abandon();
				if (this.stopping.signal.aborted) return;
				void this.broker.broadcastLocal("$transporter.error", { error, module: "transporter", type: "clientError" });
				const line = `NATS cannot be reached at ${this.hosts().join(", ")} (${reason(error)}); trying on`;
				if (warnings.allows(line)) this.logger.warn(line);
			}
			await delay(TRY_AGAIN_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
		}
	}

	override async disconnect(): Promise<void> {
		this.stopping.abort();
		clearInterval(this.probing);
		// While NATS is away the client would wait for it.
		if (this.connected) await settledOrGivenUp(this.client?.flush());
		await this.abandon();
	}

	/** The base class calls it for everything that is sent, with the packet as third argument. */
	override send(topic: string, data: Buffer, meta?: { packet?: Packet }): Promise<void> {
		const { type, target, payload } = meta?.packet ?? {};
		const asks = target && (type === "REQ" || type === "PING");
		const reply = asks ? `${this.inbox}.${Buffer.from(target).toString("base64url")}.${payload?.id}` : undefined;
		this.client?.publish(topic, data, { reply });
		return Promise.resolve();
	}

	private async connectOnce(): Promise<void> {
		const client = await connect(connectionOptions(this.urls, this.nodeID));
		if (this.stopping.signal.aborted) return await client.close();
		this.client = client;
		keepServers(client, this.hosts());
		client.subscribe(`${this.inbox}.>`, { callback: (_error, message) => this.hearReturned(message) });
		void this.watch(client);
		void client.closed().then((error) => this.hearClosed(client, error));
		this.probing = setInterval(() => this.probe(), PROBE_MS).unref();
		this.logger.info(`Connected to NATS at ${client.getServer()}`);
		await this.greet(false);
	}

	private async abandon(): Promise<void> {
		const { client } = this;
		this.client = null;
		this.connected = false;
		clearInterval(this.probing);
		await settledOrGivenUp(client?.close());
	}

	private async watch(client: NatsConnection): Promise<void> {
		let since = 0;
		for await (const { type, data } of client.status()) {
			// A try to connect that fails is another "disconnect", and each of them ends with a "reconnect".
			if (type === Events.Disconnect && this.connected) {
				since = performance.now();
				this.logger.warn("NATS is away; what is asked of other processes is refused until it is back");
				this.lose();
			} else if (type === Events.Reconnect && !this.connected && this.client === client) {
				this.logger.info(`NATS is back after ${Math.round(performance.now() - since)} ms, at ${client.getServer()}`);
				// Moleculer sends no news of itself while it is not connected.
				this.transit.connected = true;
				this.greet(true).catch((error) => this.logger.error("Other processes could not be greeted", error));
			} else if (type === Events.Error) {
				this.logger.warn(`NATS reports ${String(data)}`);
			}
		}
	}

	/** Moleculer takes half a second to get to know the others, and believes to be connected then, whatever has happened since. */
	private async greet(again: boolean): Promise<void> {
		await this.onConnected(again);
		if (!this.connected) this.lose();
	}

	/** From now on calls fail at once, and so do those whose answer would have come by the lost connection. */
	private lose(): void {
		this.connected = false;
		this.transit.connected = false;
		this.transit.metrics.set("moleculer.transit.connected", 0);
		// Heartbeats that cannot be heard say nothing of those who send them.
		void this.broker.broadcastLocal("$transporter.disconnected", { graceFul: false });
		const nodes = new Set([...this.transit.pendingRequests.values()].map(({ nodeID }) => nodeID));
		for (const nodeID of nodes) this.transit.removePendingRequestByNodeID(nodeID);
	}

	private hearClosed(client: NatsConnection, error: unknown): void {
		if (this.client !== client) return;
		if (this.connected) this.lose();
		this.logger.error(`NATS has shut this process out for good (${reason(error)}); it has to be started again`);
	}

	/** What nobody listened to comes back. */
	private hearReturned(message: Msg): void {
		if (message.headers?.code !== NO_RESPONDERS) return;
		const [node = "", requestId = ""] = message.subject.slice(this.inbox.length + 1).split(".");
		const nodeID = Buffer.from(node, "base64url").toString();
		const request = this.transit.pendingRequests.get(requestId);
		// Of a stream, an earlier part may have been heard.
		if (request && !request.stream) {
			this.transit.removePendingRequest(requestId);
			request.reject(new Errors.ServiceNotAvailableError({ action: request.ctx.action!.name, nodeID }));
		}
		this.drop(nodeID);
	}

	/** Forgets a node that no longer listens; if it is only reconnecting, it will introduce itself again. */
	private drop(nodeID: string): void {
		const { nodes } = this.broker.registry;
		if (!nodes.get(nodeID)?.available) return;
		// Of what else was sent to it, NATS returns what was not delivered: until that has come, the rest is not rejected.
		const gone = `${nodeID} (gone)`;
		for (const request of this.transit.pendingRequests.values()) if (request.nodeID === nodeID) request.nodeID = gone;
		nodes.disconnected(nodeID, true);
		void settledOrGivenUp(this.client?.flush()).then(() => this.transit.removePendingRequestByNodeID(gone));
	}

	/** A node that dies while it works on a request would otherwise be waited for. */
	private probe(): void {
		if (!this.connected) return;
		const pending = new Set(this.transit.pendingRequests.values());
		const nodes = new Set([...pending].filter((request) => this.slow.has(request)).map(({ nodeID }) => nodeID));
		this.slow = pending;
		for (const nodeID of nodes) if (this.broker.registry.nodes.get(nodeID)) void this.transit.sendPing(nodeID);
	}

	private hosts(): string[] {
		return natsServers(this.urls).servers;
	}
}

/** How this process is connected to the others; "none": it has no transport over NATS, "closed": it will not come back by itself. */
export function transportState(broker: ServiceBroker): "none" | "connected" | "away" | "closed" {
	const transporter = broker.transit?.tx;
	if (!(transporter instanceof NatsTransporter)) return "none";
	if (transporter.isClosed) return "closed";
	return transporter.connected ? "connected" : "away";
}

function connectionOptions(urls: readonly string[], name: string): ConnectionOptions {
	return {
		...natsServers(urls),
		name,
		timeout: 2_000,
		reconnectTimeWait: 250,
		reconnectJitter: 100,
		reconnectJitterTLS: 250,
		maxReconnectAttempts: -1,
		// A connection that is only half there is noticed after three of these.
		pingInterval: 5_000,
		maxPingOut: 2,
	};
}

/** The client forgets servers that it did not reach when it first connected: they may be all that is left some day. */
function keepServers(client: NatsConnection, hosts: readonly string[]): void {
	const { servers } = (client as unknown as { protocol: { servers: Servers } }).protocol;
	const known = new Set(servers.getServers().map(({ listen }) => listen));
	for (const host of hosts) if (!known.has(host)) servers.addServer(host);
}

interface Servers {
	getServers(): Array<{ listen: string }>;
	addServer(host: string): void;
}

/** Resolves when the client has done what it was told, or failed to, or takes too long for anybody to wait. */
async function settledOrGivenUp(work: Promise<unknown> | undefined): Promise<void> {
	await Promise.race([work?.catch(() => undefined), delay(GOODBYE_MS, undefined, { ref: false })]);
}

/** The client's codes are words, and its messages may name the URL. */
function reason(error: unknown): string {
	const { code } = (error ?? {}) as { code?: unknown };
	return typeof code === "string" ? code : "the connection was lost";
}
