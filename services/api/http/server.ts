import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { CompressingResponse } from "./compression";
import { RequestQueues } from "./request-queues";
import { type Failure, problemHeaders, toProblem } from "./problems";

/** The time for a request's headers, and from the connection to the first request. */
const HEADERS_TIMEOUT_MS = 10_000;
/** The time for a whole request. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the 60 s of usual load balancers, so that none sends a request on a connection that is being closed. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** A connection without a byte in either direction is closed after this. */
const SILENCE_TIMEOUT_MS = 120_000;
const CHECK_TIMEOUTS_EVERY_MS = 1_000;
const HEADERS_LIMIT_BYTES = 16 * 1024;
/** Further connections are closed at once. 10,000 idle ones leave 6,000 for others. */
const CONNECTION_LIMIT = 16_000;
const LIMITS = {
	/** Requests under way; further ones are refused. 1,000 of them may be event streams, and 4,000 refusals that are held back. */
	underWay: 8_000,
	/** For this long a request may wait for its own client, to send its body or to read its response, although others want its place. */
	patienceMs: 2_000,
	/** Pipelined requests that wait for an earlier one of their connection: about 25 MB. */
	waiting: 10_000,
	/** Bytes of responses that clients have not read yet. */
	unreadBytes: 64 * 1024 * 1024,
};
const CHECK_UNREAD_EVERY_MS = 250;
/** Connections that may wait while the process is busy; further ones hang for seconds. */
const BACKLOG = 4_096;
/** The time for requests under way when the gateway stops: longer than the slowest response. */
const DRAIN_MS = 6_000;

const PARSER_FAILURES: Readonly<Record<string, Failure>> = {
	HPE_HEADER_OVERFLOW: { status: 431, code: "HEADERS_TOO_LARGE" },
	ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: "REQUEST_TOO_SLOW" },
};
const MALFORMED_REQUEST: Failure = { status: 400, code: "MALFORMED_REQUEST" };

/** The gateway's HTTP server, with its limits and an orderly stop. */
export class GatewayServer {
	private readonly server: Server;
	/** The responses of requests under way, oldest first, and when each request began, in milliseconds of `performance.now()`. */
	private readonly answering = new Map<ServerResponse, number>();
	private draining = false;

	/** @param handle with whether there are too many requests under way for this one */
	constructor(
		handle: (request: IncomingMessage, response: ServerResponse, overloaded: boolean) => void,
		private readonly limits = LIMITS,
	) {
		const begin = (request: IncomingMessage, response: ServerResponse) => {
			const overloaded = this.answering.size >= this.limits.underWay && !this.makeRoom();
			this.answering.set(response, performance.now());
			response.once("close", () => this.answering.delete(response));
			if (this.draining) response.setHeader("Connection", "close");
			handle(request, response, overloaded);
		};
		const queues = new RequestQueues(begin, this.limits.waiting);
		const accept = (request: IncomingMessage, response: ServerResponse) =>
			// Before it waits: what waits while the process stands still has to count as late.
			queues.accept(Object.assign(request, { arrivedAt: performance.now() }), response);
		this.server = createServer({
			headersTimeout: HEADERS_TIMEOUT_MS,
			requestTimeout: REQUEST_TIMEOUT_MS,
			keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
			connectionsCheckingInterval: CHECK_TIMEOUTS_EVERY_MS,
			maxHeaderSize: HEADERS_LIMIT_BYTES,
			ServerResponse: CompressingResponse,
			// The gateway answers this itself, with a problem.
			requireHostHeader: false,
		})
			.on("request", accept)
			.on("checkExpectation", accept)
			.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) =>
				queues.end(socket, () => refuse(error, socket)),
			);
		this.server.maxConnections = CONNECTION_LIMIT;
		this.server.timeout = SILENCE_TIMEOUT_MS;
	}

	/** @throws Error where the port is taken or the host is not this machine's */
	async listen(port: number, host: string): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.server.once("error", reject).listen({ port, host, backlog: BACKLOG }, () => {
				this.server.off("error", reject);
				const checking = setInterval(() => this.limitUnread(), CHECK_UNREAD_EVERY_MS);
				this.server.once("close", () => clearInterval(checking));
				resolve();
			});
		});
	}

	/** Disconnects the slowest client that holds up its own request. Returns whether there was one. */
	private makeRoom(): boolean {
		const since = performance.now() - this.limits.patienceMs;
		for (const [response, begunAt] of this.answering) {
			if (begunAt > since) return false;
			const { req, writableEnded } = response;
			if (req.complete && !writableEnded) continue;
			this.answering.delete(response);
			if (writableEnded) response.destroy();
			else refuse({ code: "ERR_HTTP_REQUEST_TIMEOUT" }, req.socket);
			return true;
		}
		return false;
	}

	/** Closes the connections of clients that do not read, the longest first, until the limit of unread bytes is kept. */
	private limitUnread(): void {
		const unread = [...this.answering.keys()].filter(({ writableLength }) => writableLength > 0);
		let bytes = unread.reduce((sum, { writableLength }) => sum + writableLength, 0);
		for (const response of unread) {
			if (bytes <= this.limits.unreadBytes) return;
			bytes -= response.writableLength;
			response.destroy();
		}
	}

	/** Undefined while the server does not listen. */
	address(): AddressInfo | undefined {
		return (this.server.address() as AddressInfo | null) ?? undefined;
	}

	/** Accepts no more connections, and closes each one after the response to its current request; after 6 s all of them. */
	async drain(): Promise<void> {
		this.draining = true;
		if (!this.server.listening) return;
		const closed = new Promise((resolve) => this.server.close(resolve));
		for (const response of this.answering.keys()) if (!response.headersSent) response.setHeader("Connection", "close");
		this.server.closeIdleConnections();
		const deadline = setTimeout(() => this.server.closeAllConnections(), DRAIN_MS);
		await closed;
		clearTimeout(deadline);
	}
}

/** Answers bytes that are not an HTTP request. Only closes the connection where a response is being sent. */
function refuse(error: Pick<NodeJS.ErrnoException, "code">, socket: Socket): void {
	const { _httpMessage: current } = socket as Socket & { _httpMessage?: ServerResponse };
	if (!socket.writable || error.code === "ECONNRESET" || current?.headersSent) return void socket.destroy();
	const failure = PARSER_FAILURES[error.code ?? ""] ?? MALFORMED_REQUEST;
	const requestId = randomUUID();
	const body = JSON.stringify(toProblem(failure, requestId));
	const headers = {
		...problemHeaders(failure),
		"Content-Length": Buffer.byteLength(body),
		"X-Request-ID": requestId,
		Connection: "close",
	};
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
	socket.end([`HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}`, ...lines, "", body].join("\r\n"));
	// Closes the connection although the client may go on sending.
	setTimeout(() => socket.destroy(), 1_000).unref();
}
