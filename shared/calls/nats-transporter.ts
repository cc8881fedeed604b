import { setTimeout as delay } from "node:timers/promises";
import { Errors, type ServiceBroker, Transporters } from "moleculer";
import { connect, type ConnectionOptions, createInbox, Events, type Msg, type NatsConnection } from "nats";
import { natsServers } from "./nats-servers";
import { LogThrottle } from "../timing/log-throttle";
import { waitUntilThere } from "../timing/wait-until-there";

/** A server that does not answer delays a stop by at most this. */
const GOODBYE_MS = 500;
/** A node that has not answered a request within this is pinged, and pinged again at this interval. */
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
 * Moleculer's transport over NATS, which detects a lost NATS server or node at once; Moleculer's own detects it after a timeout, or never.
 * Requests under way are rejected then: with SERVICE_NOT_AVAILABLE where a request certainly was not delivered, else with REQUEST_REJECTED.
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

	/** Whether the client has closed for good, as it does when the server no longer accepts its password. */
	get isClosed(): boolean {
		return this.client?.isClosed() ?? false;
	}

	/** Resolves when NATS is connected or the broker is stopped; `broker.start()` waits for it. */
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
				const line = `NATS cannot be reached at ${this.hosts().join(", ")} (${reason(error)}); trying again`;
				if (warnings.allows(line)) this.logger.warn(line);
			},
		});
	}

	override async disconnect(): Promise<void> {
		this.stopping.abort();
		clearInterval(this.probing);
		// The client's flush would wait while NATS is away.
		if (this.connected) await settledOrGivenUp(this.client?.flush());
		await this.abandon();
	}

	/** The base class calls this for each packet, with the packet itself as third argument. */
	override send(topic: string, data: Buffer, meta?: { packet?: Packet }): Promise<void> {
		const { type, target, payload } = meta?.packet ?? {};
		const most = this.client?.info?.max_payload ?? Infinity;
		if (meta?.packet && data.length > most) return this.refuseToSend(meta.packet, data.length, most);
		const asks = target && (type === "REQ" || type === "PING");
		const reply = asks ? `${this.inbox}.${Buffer.from(target).toString("base64url")}.${payload?.id}` : undefined;
		this.client?.publish(topic, data, { reply });
		return Promise.resolve();
	}

	/** NATS takes no such message: the caller gets an error at once in its place. */
	private refuseToSend({ type, target, payload }: Packet, bytes: number, most: number): Promise<void> {
		const { id = "" } = payload;
		const name = this.transit.pendingRequests.get(id)?.ctx.action?.name;
		this.logger.error(
			`${type} ${name ?? id} to ${target ?? "all"} has ${bytes} bytes and is not sent: NATS takes ${most} (max_payload)`,
		);
		const error = new Errors.MoleculerServerError("The message is too large to be sent.", 500, "MESSAGE_TOO_LARGE");
		const request = type === "REQ" ? this.transit.pendingRequests.get(id) : undefined;
		if (request) {
			this.transit.removePendingRequest(id);
			request.reject(error);
		}
		if (type === "RES" && target) return this.transit.sendResponse(target, id, {}, {}, {}, error) as Promise<void>;
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
				// Moleculer sends no packet while its state is disconnected.
				this.transit.connected = true;
				this.greet(true).catch((error) => this.logger.error("Other processes could not be greeted", error));
			} else if (type === Events.Error) {
				this.logger.warn(`NATS reports ${String(data)}`);
			}
		}
	}

	/** Moleculer discovers the other nodes for 0.5 s, then sets its state to connected even where NATS was lost meanwhile. */
	private async greet(again: boolean): Promise<void> {
		await this.onConnected(again);
		if (!this.connected) this.lose();
	}

	/** Rejects the requests under way, whose responses are lost with the connection; further calls fail at once. */
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
		this.logger.error(`NATS has closed the connection for good (${reason(error)}); restart this process`);
	}

	/** NATS returned a request that had no subscriber: rejects it, and drops its node. */
	private handleReturned(message: Msg): void {
		if (message.headers?.code !== NO_RESPONDERS) return;
		const [node = "", requestId = ""] = message.subject.slice(this.inbox.length + 1).split(".");
		const nodeID = Buffer.from(node, "base64url").toString();
		const request = this.transit.pendingRequests.get(requestId);
		// Earlier chunks of a stream may have been delivered.
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
		// NATS returns each undelivered request to this node. The others, which may have run, are rejected only after all returns have arrived.
		const gone = `${nodeID} (gone)`;
		for (const request of this.transit.pendingRequests.values()) if (request.nodeID === nodeID) request.nodeID = gone;
		nodes.disconnected(nodeID, true);
		void settledOrGivenUp(this.client?.flush()).then(() => this.transit.removePendingRequestByNodeID(gone));
	}

	/** Pings nodes that are slow to respond: a node that died while it worked on a request is detected by the returned ping. */
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

function connectionOptions(urls: readonly string[], name: string): ConnectionOptions {
	return {
		...natsServers(urls),
		name,
		timeout: 2_000,
		reconnectTimeWait: 250,
		reconnectJitter: 100,
		reconnectJitterTLS: 250,
		maxReconnectAttempts: -1,
		// The client drops a connection on which nothing arrived for three intervals.
		pingInterval: 5_000,
		maxPingOut: 2,
	};
}

/** Adds the servers that the client dropped because it did not reach them at first; it may need them later. */
function keepServers(client: NatsConnection, hosts: readonly string[]): void {
	const { servers } = (client as unknown as { protocol: { servers: Servers } }).protocol;
	const known = new Set(servers.getServers().map(({ listen }) => listen));
	for (const host of hosts) if (!known.has(host)) servers.addServer(host);
}

interface Servers {
	getServers(): Array<{ listen: string }>;
	addServer(host: string): void;
}

/** Resolves when the work has settled, after {@link GOODBYE_MS} at the latest. */
async function settledOrGivenUp(work: Promise<unknown> | undefined): Promise<void> {
	await Promise.race([work?.catch(() => undefined), delay(GOODBYE_MS, undefined, { ref: false })]);
}

/** The error's code; its message may contain the URL and so a password. */
function reason(error: unknown): string {
	const { code } = (error ?? {}) as { code?: unknown };
	return typeof code === "string" ? code : "the connection was lost";
}
