import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger, ServiceBroker } from "moleculer";
import { busy } from "../../shared/domain/refusals";
import type { Feed, GetFeed } from "../customer/customer.schemas";
import { HttpError } from "./http/problems";

const STREAM_LIMIT = 1_000;
const CUSTOMER_STREAM_LIMIT = 10;
/** Half of all, because the customers behind a proxy share one address. */
const ADDRESS_STREAM_LIMIT = 500;
const RETRY_AFTER_S = 5;
const COMMENT_EVERY_MS = 15_000;
/** Streams also look for events at this interval, because a wake-up may be lost. */
const LOOK_EVERY_MS = 5_000;
const FEED_LIMIT = 100;

/** The open streams of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), one for each client of my page. */
export class EventStreams {
	private readonly streams = new Set<EventStream>();
	private timers: NodeJS.Timeout[] = [];
	private stopped = false;

	constructor(
		private readonly broker: ServiceBroker,
		private readonly logger: Logger,
		/** A client that reads nothing for this many milliseconds is disconnected; it may reconnect with its Last-Event-ID. */
		private readonly stalledMs: number,
	) {}

	get count(): number {
		return this.streams.size;
	}

	start(): void {
		const each = (act: (stream: EventStream) => void) => () => this.streams.forEach(act);
		this.timers = [
			setInterval(
				each((stream) => stream.comment()),
				COMMENT_EVERY_MS,
			),
			setInterval(
				each((stream) => stream.wake()),
				LOOK_EVERY_MS,
			),
		];
	}

	/** Ends every stream; a client continues with its Last-Event-ID at another process. */
	stop(): void {
		this.stopped = true;
		this.timers.forEach(clearInterval);
		this.streams.forEach((stream) => stream.end());
	}

	/** Wakes the streams of a customer whose page has changed. */
	wake(customerId: string): void {
		for (const stream of this.streams) if (stream.customerId === customerId) stream.wake();
	}

	/**
	 * @throws Refusal, HttpError TOO_MANY_STREAMS at 10 streams of the customer, 500 of the client's address, 1,000 in all;
	 * SERVICE_UNAVAILABLE after {@link stop}
	 */
	open(customerId: string, request: IncomingMessage, response: ServerResponse): void {
		if (this.stopped) throw busy("SERVICE_UNAVAILABLE", "This part of the shop is stopping.");
		const { remoteAddress } = request.socket;
		this.checkLimits(customerId, remoteAddress);
		response.writeHead(200, { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" });
		if (request.method === "HEAD") return void response.end();
		const lastEventId = request.headers["last-event-id"];
		const after = typeof lastEventId === "string" && lastEventId !== "" ? lastEventId.slice(0, 200) : undefined;
		const ask = (params: GetFeed) => this.broker.call<Feed, GetFeed>("customer.feed", params);
		const stream = new EventStream(customerId, remoteAddress, response, after, ask, this.stalledMs, this.logger);
		this.streams.add(stream);
		response.once("close", () => this.streams.delete(stream));
		stream.begin();
	}

	private checkLimits(customerId: string, address: string | undefined): void {
		const streams = [...this.streams];
		const count = (counts: (stream: EventStream) => boolean) => streams.filter(counts).length;
		if (count((stream) => stream.customerId === customerId) >= CUSTOMER_STREAM_LIMIT)
			throw tooMany(`This page is being watched ${CUSTOMER_STREAM_LIMIT} times already.`);
		if (count((stream) => stream.address === address) >= ADDRESS_STREAM_LIMIT)
			throw tooMany(`${ADDRESS_STREAM_LIMIT} pages are being watched from this address already.`);
		if (streams.length >= STREAM_LIMIT)
			throw busy("TOO_MANY_STREAMS", "Too many pages are being watched.", RETRY_AFTER_S);
	}
}

function tooMany(detail: string): HttpError {
	return new HttpError({ status: 429, code: "TOO_MANY_STREAMS", detail, retryAfterS: RETRY_AFTER_S });
}

class EventStream {
	private looking = false;
	private lookAgain = false;
	/** Whether the first look at the feed failed: the stream may lack the events since the client connected. */
	private missed = false;

	constructor(
		readonly customerId: string,
		readonly address: string | undefined,
		private readonly response: ServerResponse,
		private after: string | undefined,
		private readonly ask: (params: GetFeed) => Promise<Feed>,
		private readonly stalledMs: number,
		private readonly logger: Logger,
	) {}

	/**
	 * Shows the client that the stream is open: a client without a last event's id once its feed has begun, because it may load its page then, and what
	 * follows has to be in the feed.
	 */
	begin(): void {
		if (this.after !== undefined) this.comment();
		this.wake();
	}

	wake(): void {
		this.lookAgain = true;
		if (!this.looking) void this.look();
	}

	/** Shows the client that the stream is alive, unless unread data waits for it. */
	comment(): void {
		if (!this.response.writableNeedDrain) this.response.write(":\n\n");
	}

	end(): void {
		this.response.end();
	}

	private isOpen(): boolean {
		return !this.response.destroyed && !this.response.writableEnded;
	}

	private async look(): Promise<void> {
		this.looking = true;
		try {
			while (this.lookAgain && this.isOpen()) {
				this.lookAgain = false;
				const { customerId, after } = this;
				const feed = await this.ask({ customerId, after, limit: FEED_LIMIT });
				if (feed.more) this.lookAgain = true;
				await this.send(feed);
			}
		} catch (error) {
			if (this.after === undefined && !this.missed) {
				this.missed = true;
				this.comment();
			}
			this.logger.debug("A stream could not read its feed and will try again", error);
		} finally {
			this.looking = false;
		}
	}

	private async send({ events, reset, last }: Feed): Promise<void> {
		if (reset || this.missed) await this.write(`event: reset\nid: ${last}\ndata: {}\n\n`);
		// An id without data, for the Last-Event-ID of a client that reconnects before the first event.
		else if (this.after === undefined) await this.write(`id: ${last}\n\n`);
		for (const { id, type, order } of events) {
			await this.write(`event: ${type}\nid: ${id}\ndata: ${JSON.stringify(order)}\n\n`);
		}
		this.missed = false;
		this.after = last;
	}

	/** Writes, and resolves once the client can take more, so that no data piles up in memory. */
	private async write(text: string): Promise<void> {
		const { response } = this;
		if (!this.isOpen() || response.write(text)) return;
		const stalled = setTimeout(() => response.destroy(), this.stalledMs);
		await new Promise<void>((resolve) => {
			const goOn = () => {
				response.off("drain", goOn).off("close", goOn);
				resolve();
			};
			response.on("drain", goOn).on("close", goOn);
		});
		clearTimeout(stalled);
	}
}
