import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Failure, problemHeaders, toProblem } from "./api.problems";

/** A client has this long to send a request's headers, a connection as long until its first request, and this long for all of the request. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than a load balancer's 60 s, which would else send requests into a connection that is being closed. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** Without a byte in either direction. */
const SILENCE_TIMEOUT_MS = 120_000;
const CHECK_TIMEOUTS_EVERY_MS = 1_000;
const HEADERS_LIMIT_BYTES = 16 * 1024;
/** More are closed as they come. Ten thousand that do nothing leave room for those that do. */
const CONNECTION_LIMIT = 16_000;
/** Connections that may wait to be taken while the process is busy; those beyond it hang for seconds. */
const BACKLOG = 4_096;
/** Requests under way when the gateway stops may finish within this: longer than the longest answer takes. */
const DRAIN_MS = 6_000;

const PARSER_FAILURES: Readonly<Record<string, Failure>> = {
	HPE_HEADER_OVERFLOW: { status: 431, code: "HEADERS_TOO_LARGE" },
	ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: "REQUEST_TOO_SLOW" },
};
const MALFORMED_REQUEST: Failure = { status: 400, code: "MALFORMED_REQUEST" };

/** The HTTP server before the gateway's routes: its limits, and how it stops. */
export class GatewayServer {
	private readonly server: Server;
	private readonly answering = new Set<ServerResponse>();
	private draining = false;

	constructor(handle: (request: IncomingMessage, response: ServerResponse) => void) {
		const accept = (request: IncomingMessage, response: ServerResponse) => {
			this.answering.add(response);
			response.once("close", () => this.answering.delete(response));
			if (this.draining) response.setHeader("Connection", "close");
			handle(request, response);
		};
		this.server = createServer({
			headersTimeout: HEADERS_TIMEOUT_MS,
			requestTimeout: REQUEST_TIMEOUT_MS,
			keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
			connectionsCheckingInterval: CHECK_TIMEOUTS_EVERY_MS,
			maxHeaderSize: HEADERS_LIMIT_BYTES,
			// Answered by the gateway itself, as a problem.
			requireHostHeader: false,
		})
			.on("request", accept)
			.on("checkExpectation", accept)
			.on("clientError", refuse);
		this.server.maxConnections = CONNECTION_LIMIT;
		this.server.timeout = SILENCE_TIMEOUT_MS;
	}

	/** @throws Error where the port is taken or the host is not this machine's */
	async listen(port: number, host: string): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.server.once("error", reject).listen({ port, host, backlog: BACKLOG }, () => {
				this.server.off("error", reject);
				resolve();
			});
		});
	}

	/** Undefined while it does not listen. */
	address(): AddressInfo | undefined {
		return (this.server.address() as AddressInfo | null) ?? undefined;
	}

	/** Takes no more connections, lets requests under way be answered, and closes every connection after its answer. */
	async drain(): Promise<void> {
		this.draining = true;
		if (!this.server.listening) return;
		const closed = new Promise((resolve) => this.server.close(resolve));
		for (const response of this.answering) if (!response.headersSent) response.setHeader("Connection", "close");
		this.server.closeIdleConnections();
		const deadline = setTimeout(() => this.server.closeAllConnections(), DRAIN_MS);
		await closed;
		clearTimeout(deadline);
	}
}

/** Answers what is no request. Where an answer is on its way already, there is nothing more to say. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
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
	// Whoever goes on sending is not waited for.
	setTimeout(() => socket.destroy(), 1_000).unref();
}
