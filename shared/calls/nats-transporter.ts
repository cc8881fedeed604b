import { setTimeout as delay } from "node:timers/promises";
import { Errors, type ServiceBroker, Transporters } from "moleculer";
import { connect, type ConnectionOptions, createInbox, Events, type Msg, type NatsConnection } from "nats";
import { natsServers } from "./nats-servers";
import { LogThrottle } from "../timing/log-throttle";
import { waitUntilThere } from "../timing/wait-until-there";

/** A server that does not answer delays a stop by at most this. */
const GOODBYE_MS = 500;
/** A node is pinged this often while it keeps a request waiting for longer than this. */
const PROBE_MS = 250;
/** The status of the reply that NATS itself sends to a request without subscribers. */
const NO_RESPONDERS = 503;

/** The fields of a Moleculer packet that this transporter reads. */
interface Packet {
	type: string;
	target?: string | null;
	payload: { id?: string };
}

/** A request that Moleculer keeps until it is answered. */
type Pending =
	NonNullable<ServiceBroker["transit"]>["pendingRequests"] extends Map<string, infer Request> ? Request : never;

/**
 * Moleculer's transport over NATS. Moleculer's own notices a lost NATS server or a lost node only after a timeout, or never; this one
 * notices it at once and rejects the requests that are under way: with SERVICE_NOT_AVAILABLE where a request certainly was not delivered,
 * else with REQUEST_REJECTED.
 */
export class NatsTransporter extends Transporters.NATS {
	declare client: NatsConnection | null;
	private readonly urls: readonly string[];
	/** Each request names this subject, followed by node and request id, for its reply: NATS replies there if the request has no subscriber. */
	private readonly inbox = createInbox();
	private stopping = new AbortController();
	private probing: NodeJS.Timeout | undefined;
	private slow = new Set<Pending>();

	/** `urls`: one for each server of a NATS cluster, `nats://` or `tls://`; user and password are taken from the first. */
	constructor({ urls }: { urls: readonly string[] }) {
		super({});
		this.urls = urls;
	}

	/** Whether the client has given up for good: it does so when the server no longer accepts its password. */
	get isClosed(): boolean {
		return this.client?.isClosed() ?? false;
	}

	/** Resolves when NATS is there, or the broker is stopped; `broker.start()` waits for it. */
	override async connect(): Promise<void> {
		this.stopping = new AbortController();
		const { signal } = this.stopping;
		const warnings = new LogThrottle();
		await waitUntilThere({
			attempt: () => this.connectOnce(),
			isOver: () => signal.aborted,
			onFailure: async (error) => {
				await this.abandon();
				void this.broker.broadcastLocal("$transporter.error", { error, module: "transporter", type: "clientError" });
				const line = `NATS cannot be reached at ${this.hosts().join(", ")} (${reason(error)}); trying on`;
				if (warnings.allows(line)) this.logger.warn(line);
			},
		});
	}

	override async disconnect(): Promise<void> {
		this.stopping.abort();
		clearInterval(this.probing);
		// While NATS is away the client would wait for it.
		if (this.connected) await settledOrGivenUp(this.client?.flush());
		await this.abandon();
	}

	/** The base class calls this for each packet, with the packet itself as third argument. */
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
		client.subscribe(`${this.inbox}.>`, { callback: (_error, message) => this.handleReturned(message) });
		void this.watch(client);
		void client.closed().then((error) => this.handleClosed(client, error));
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
			// Each failed attempt to reconnect is one more "disconnect"; all of them end with one "reconnect".
			if (type === Events.Disconnect && this.connected) {
				since = performance.now();
				this.logger.warn("NATS is away; calls to other processes are refused until it is back");
				this.lose();
			} else if (type === Events.Reconnect && !this.connected && this.client === client) {
				this.logger.info(`NATS is back after ${Math.round(performance.now() - since)} ms, at ${client.getServer()}`);
				// Moleculer sends no packet while it takes itself for disconnected.
				this.transit.connected = true;
				this.greet(true).catch((error) => this.logger.error("Other processes could not be greeted", error));
			} else if (type === Events.Error) {
				this.logger.warn(`NATS reports ${String(data)}`);
			}
		}
	}

	/** Moleculer discovers the other nodes for half a second, then takes itself for connected even if NATS was lost meanwhile. */
	private async greet(again: boolean): Promise<void> {
		await this.onConnected(again);
		if (!this.connected) this.lose();
	}

	/** Fails all further calls at once, and those whose response would have come by the lost connection. */
	private lose(): void {
		this.connected = false;
		this.transit.connected = false;
		this.transit.metrics.set("moleculer.transit.connected", 0);
		// Without NATS no heartbeat arrives, so a missing one does not show that its node is gone.
		void this.broker.broadcastLocal("$transporter.disconnected", { graceFul: false });
		const nodes = new Set([...this.transit.pendingRequests.values()].map(({ nodeID }) => nodeID));
		for (const nodeID of nodes) this.transit.removePendingRequestByNodeID(nodeID);
	}

	private handleClosed(client: NatsConnection, error: unknown): void {
		if (this.client !== client) return;
		if (this.connected) this.lose();
		this.logger.error(`NATS has shut this process out for good (${reason(error)}); it has to be started again`);
	}

	/** NATS returned a request that had no subscriber: rejects it, and drops its node. */
	private handleReturned(message: Msg): void {
		if (message.headers?.code !== NO_RESPONDERS) return;
		const [node = "", requestId = ""] = message.subject.slice(this.inbox.length + 1).split(".");
		const nodeID = Buffer.from(node, "base64url").toString();
		const request = this.transit.pendingRequests.get(requestId);
		// An earlier part of a stream may have been delivered.
		if (request && !request.stream) {
			this.transit.removePendingRequest(requestId);
			request.reject(new Errors.ServiceNotAvailableError({ action: request.ctx.action!.name, nodeID }));
		}
		this.drop(nodeID);
	}

	/** Removes a node that no longer subscribes. If it is only reconnecting, it announces itself again. */
	private drop(nodeID: string): void {
		const { nodes } = this.broker.registry;
		if (!nodes.get(nodeID)?.available) return;
		// NATS also returns other requests to this node that were not delivered. The rest is rejected only after those have come back.
		const gone = `${nodeID} (gone)`;
		for (const request of this.transit.pendingRequests.values()) if (request.nodeID === nodeID) request.nodeID = gone;
		nodes.disconnected(nodeID, true);
		void settledOrGivenUp(this.client?.flush()).then(() => this.transit.removePendingRequestByNodeID(gone));
	}

	/** Pings nodes that are slow to respond, because a node that died while it worked on a request would otherwise be waited for. */
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

/** This process's connection to the others. "none": it has no transport over NATS; "closed": it does not reconnect by itself. */
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
		// A connection on which nothing arrives is given up after three of these.
		pingInterval: 5_000,
		maxPingOut: 2,
	};
}

/** The client forgets servers that it did not reach at first; it may need them when others are gone. */
function keepServers(client: NatsConnection, hosts: readonly string[]): void {
	const { servers } = (client as unknown as { protocol: { servers: Servers } }).protocol;
	const known = new Set(servers.getServers().map(({ listen }) => listen));
	for (const host of hosts) if (!known.has(host)) servers.addServer(host);
}

interface Servers {
	getServers(): Array<{ listen: string }>;
	addServer(host: string): void;
}

/** Resolves when the work is done or has failed, and at the latest after {@link GOODBYE_MS}. */
async function settledOrGivenUp(work: Promise<unknown> | undefined): Promise<void> {
	await Promise.race([work?.catch(() => undefined), delay(GOODBYE_MS, undefined, { ref: false })]);
}

/** The error's code, as its message may contain the URL and so a password. */
function reason(error: unknown): string {
	const { code } = (error ?? {}) as { code?: unknown };
	return typeof code === "string" ? code : "the connection was lost";
}
