import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Handles a request. It is done when the response's last byte is with the operating system, or the connection is closed. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Handles the requests of each connection one after another. A client may pipeline, that is send requests before it has read the
 * responses to earlier ones; node would handle all of them at once, and keep all responses until the client reads them.
 */
export class RequestQueues {
	/** The requests that wait on each connection with a request under way. */
	private readonly queues = new Map<Socket, Array<[IncomingMessage, ServerResponse]>>();
	private waiting = 0;

	constructor(
		private readonly handle: Handle,
		/** The number of requests, of all connections, that may wait. A connection that pipelines one more is closed. */
		private readonly waitingLimit: number,
	) {}

	accept(request: IncomingMessage, response: ServerResponse): void {
		const { socket } = request;
		// Requests that came in the same packet as the one for which the connection was closed.
		if (socket.destroyed) return;
		const queue = this.queues.get(socket);
		if (queue === undefined) {
			this.queues.set(socket, []);
			this.begin(request, response);
		} else if (this.waiting < this.waitingLimit) {
			queue.push([request, response]);
			this.waiting++;
			socket.pause();
			// Node resumes a socket for its own reasons too.
			if (queue.length === 1) socket.on("resume", pauseAgain);
		} else socket.destroy();
	}

	private begin(request: IncomingMessage, response: ServerResponse): void {
		const { socket } = request;
		response.once("close", () => {
			// Others have a turn of the event loop before this connection's next request.
			if (this.queues.get(socket)!.length > 0) setImmediate(() => this.next(socket));
			else this.queues.delete(socket);
		});
		this.handle(request, response);
	}

	private next(socket: Socket): void {
		const queue = this.queues.get(socket)!;
		if (socket.destroyed) {
			this.waiting -= queue.length;
			return void this.queues.delete(socket);
		}
		const next = queue.shift()!;
		this.waiting--;
		if (queue.length === 0) socket.off("resume", pauseAgain).resume();
		this.begin(...next);
	}
}

function pauseAgain(this: Socket): void {
	this.pause();
}
