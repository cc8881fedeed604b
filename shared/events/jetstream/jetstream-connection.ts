import { EventEmitter, once } from "node:events";
import type { Logger } from "moleculer";
import {
	connect,
	Events,
	type JetStreamClient,
	type JetStreamManager,
	type KV,
	type NatsConnection,
	type QueuedIterator,
	type Status,
} from "nats";
import { StartError } from "../../domain/start-error";
import { namesOf } from "./jetstream-names";
import { ensureStreams, hasNoJetStream, inWords, isMissing } from "./jetstream-streams";
import { natsServers } from "../../calls/nats-servers";
import { LogThrottle } from "../../timing/log-throttle";
import { waitUntilThere } from "../../timing/wait-until-there";
import { withDeadline } from "../../timing/deadline";

/** A request that NATS does not answer within this fails. */
export const ANSWER_DEADLINE_MS = 2_000;
const AGAIN_AFTER_MS = 250;
/** A connection is given up after two unanswered pings. */
const PING_EVERY_MS = 5_000;
/** In a NATS cluster, this many servers keep each stream. */
const REPLICAS = 3;
const DRAIN_DEADLINE_MS = 2_000;

export interface JetStreamOptions {
	/** One for each server of a NATS cluster; may have user and password, or a token in place of the user. */
	urls: readonly string[];
	namespace: string;
	logger: Logger;
	/** The age from which on NATS removes events, in milliseconds, where this creates the stream; all are kept where it is not given. */
	eventsKeptMs?: number;
	/** False: {@link JetStreamConnection.open} creates no streams, and rejects where the shop's stream does not exist. */
	create?: boolean;
}

/** A connection to NATS that reconnects by itself. It counts as connected only once the streams that the shop needs exist. */
export class JetStreamConnection {
	readonly names;
	js!: JetStreamClient;
	jsm!: JetStreamManager;
	/** The bucket of retry states. */
	tries!: KV;
	/** The bucket of dead letters. */
	dead!: KV;
	/** The time when the shop's stream was created: another one where NATS has lost it and it was created again. */
	streamId!: string;
	private isConnected = false;
	private readonly changes = new EventEmitter().setMaxListeners(0);
	private readonly connectionOptions;
	private connection: NatsConnection | undefined;
	private running: Promise<void> | undefined;
	private closing = false;
	private failure: Error | undefined;
	private wasConnected = false;
	/** Raised with each change of the connection, so that an earlier {@link arrive} ends. */
	private turn = 0;
	private warnings = new LogThrottle();

	constructor(private readonly options: JetStreamOptions) {
		this.names = namesOf(options.namespace);
		this.connectionOptions = natsServers(options.urls);
	}

	get connected(): boolean {
		return this.isConnected;
	}

	/** The servers, without passwords. */
	get address(): string {
		return `NATS at ${this.connectionOptions.servers.join(", ")}`;
	}

	/** @throws StartError where the server has no JetStream; Error where the connection is closed meanwhile */
	async open(): Promise<void> {
		if (!this.closing) this.running ??= this.run();
		await this.whenConnected();
	}

	/** @throws StartError, Error as {@link open} does */
	async whenConnected(): Promise<void> {
		while (!this.isConnected) {
			if (this.failure) throw this.failure;
			if (this.closing) throw new Error("The connection to NATS is closed");
			await once(this.changes, "change");
		}
	}

	/** @throws Error at once where there is no connection */
	check(): void {
		if (!this.isConnected) throw new Error(`${this.address} is away`);
	}

	/** Calls `act` each time the connection is lost, until the returned function is called. */
	onAway(act: () => void): () => void {
		this.changes.on("away", act);
		return () => this.changes.off("away", act);
	}

	/** Calls `act` each time the connection is back. */
	onReturn(act: () => void): void {
		this.changes.on("return", act);
	}

	/** Creates missing streams; call it where one is missing. The connection counts as away until that is done. */
	restore(): void {
		if (!this.isConnected) return;
		this.leave();
		void this.arrive();
	}

	async close(): Promise<void> {
		const { isConnected, connection } = this;
		this.closing = true;
		this.leave();
		// The last acknowledgements may not be sent yet.
		if (isConnected)
			await withDeadline(connection!.drain(), DRAIN_DEADLINE_MS, () => new Error("late")).catch(() => {});
		await this.connection?.close();
		await this.running;
	}

	private async run(): Promise<void> {
		while (!this.closing && !this.failure) {
			const connection = await this.dial();
			if (!connection) return;
			this.connection = connection;
			if (this.closing) return connection.close();
			this.js = connection.jetstream({ timeout: ANSWER_DEADLINE_MS });
			this.jsm = await connection.jetstreamManager({ timeout: ANSWER_DEADLINE_MS, checkAPI: false });
			const statuses = connection.status() as QueuedIterator<Status>;
			// The client does not end this iterator when it is closed.
			void connection.closed().then(() => statuses.stop());
			void this.arrive();
			for await (const { type } of statuses) {
				if (type === Events.Disconnect) {
					// The transport of the broker has logged it already.
					if (!this.closing) this.options.logger.debug(`${this.address} is away`);
					this.leave();
				} else if (type === Events.Reconnect) void this.arrive();
			}
			this.leave();
		}
	}

	/** Resolves with undefined where {@link close} is called before NATS is there. */
	private dial(): Promise<NatsConnection | undefined> {
		return waitUntilThere({
			attempt: () =>
				connect({
					...this.connectionOptions,
					name: "funshop events",
					timeout: ANSWER_DEADLINE_MS,
					maxReconnectAttempts: -1,
					reconnectTimeWait: AGAIN_AFTER_MS,
					reconnectJitter: AGAIN_AFTER_MS,
					pingInterval: PING_EVERY_MS,
					// A password that is corrected is used without a restart of the shop.
					ignoreAuthErrorAbort: true,
					noAsyncTraces: true,
				}),
			isOver: () => this.closing,
			onFailure: (error) => this.warn(`Waiting for ${this.address}: ${(error as Error).message}`),
		});
	}

	private leave(): void {
		this.turn++;
		this.isConnected = false;
		this.changes.emit("away");
		this.changes.emit("change");
	}

	/** Ensures the streams, then counts as connected. */
	private async arrive(): Promise<void> {
		const turn = ++this.turn;
		const isOver = () => turn !== this.turn || this.closing || this.failure !== undefined;
		await waitUntilThere({
			attempt: () => this.ensure(),
			isOver,
			onFailure: (error) => {
				if (!this.fails(error)) this.warn(`Waiting for JetStream of ${this.address}: ${inWords(error)}`);
			},
		});
		if (isOver()) return;
		this.isConnected = true;
		this.warnings = new LogThrottle();
		this.changes.emit("change");
		if (this.wasConnected) {
			this.options.logger.debug(`${this.address} is back`);
			this.changes.emit("return");
		}
		this.wasConnected = true;
	}

	/** Whether the start fails, because waiting does not help. After the first connection the bus waits for any repair. */
	private fails(error: unknown): boolean {
		if (this.wasConnected) return false;
		const { create } = this.options;
		if (hasNoJetStream(error))
			this.failure = new StartError(`${this.address} runs without JetStream; start it with -js`);
		else if (create === false && isMissing(error))
			this.failure = new StartError(`There is no stream ${this.names.stream} on ${this.address}`);
		else return false;
		void this.connection?.close();
		this.changes.emit("change");
		return true;
	}

	private async ensure(): Promise<void> {
		const { js, jsm, names, options } = this;
		const { urls, eventsKeptMs, create = true, logger } = options;
		// The server says whether it is in a cluster: one name in DNS may stand for several servers.
		const insist = urls.length >= REPLICAS;
		const replicas = insist || this.connection?.info?.cluster !== undefined ? REPLICAS : 1;
		const { tries, dead } = await ensureStreams({
			js,
			jsm,
			names,
			replicas,
			eventsKeptMs,
			create,
			insist,
			logger,
		});
		this.tries = tries;
		this.dead = dead;
		this.streamId = (await jsm.streams.info(names.stream)).created;
	}

	private warn(text: string): void {
		if (this.warnings.allows(text)) this.options.logger.warn(text);
	}
}
