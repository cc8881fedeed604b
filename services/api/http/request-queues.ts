import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Handles a request. It is done when the response's last byte is with the operating system, or the connection is closed. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => void;

interface Queue {
	current: IncomingMessage;
	waiting: Array<[IncomingMessage, ServerResponse]>;
	/** Ends the connection once all complete requests are handled. */
	end?: () => void;
}

/**
 * Handles the requests of each connection one after another. A client may pipeline, that is send requests before it has read the
 * responses to earlier ones; node would handle all of them at once, and keep all responses until the client reads them.
 */
export class RequestQueues {
	/** By connection with a request under way. */
	private readonly queues = new Map<Socket, Queue>();
	private waiting = 0;

	constructor(
		private readonly handle: Handle,
		/** The number of requests, of all connections, that may wait. A connection that pipelines one more is closed. */
		private readonly waitingLimit: number,
	) {}

	accept(request: IncomingMessage, response: ServerResponse): void {
		const { socket } = request;
		// Requests that came in the same packet as the one for which the connection was closed.
		if (!socket.writable) return;
		const queue = this.queues.get(socket);
		if (queue === undefined) {
			const alone: Queue = { current: request, waiting: [] };
			this.queues.set(socket, alone);
			this.begin(alone, request, response);
		} else if (this.waiting < this.waitingLimit) {
			queue.waiting.push([request, response]);
			this.waiting++;
			socket.pause();
			// Node resumes a socket for its own reasons too.
			if (queue.waiting.length === 1) socket.on("resume", pauseAgain);
		} else socket.destroy();
	}

	/** Ends a connection whose further bytes cannot be read: at once, or after the responses to the requests that arrived complete. */
	end(socket: Socket, end: () => void): void {
		const queue = this.queues.get(socket);
		if (!queue?.current.complete) return end();
		queue.end ??= end;
	}

	private begin(queue: Queue, request: IncomingMessage, response: ServerResponse): void {
		const { socket } = request;
		queue.current = request;
		response.once("close", () => {
			// Others have a turn of the event loop before this connection's next request.
			if (queue.waiting.length > 0 || queue.end) setImmediate(() => this.next(socket, queue));
			else this.queues.delete(socket);
		});
		this.handle(request, response);
	}

	private next(socket: Socket, queue: Queue): void {
		const [next] = queue.waiting;
		// Also not writable where the response said that it was the last one.
		const isOver = !socket.writable || next === undefined || (queue.end && !next[0].complete);
		if (isOver) {
			this.waiting -= queue.waiting.length;
			this.queues.delete(socket);
			return queue.end?.();
		}
		queue.waiting.shift();
		this.waiting--;
		if (queue.waiting.length === 0) socket.off("resume", pauseAgain).resume();
		this.begin(queue, ...next);
	}
}

function pauseAgain(this: Socket): void {
	this.pause();
}
