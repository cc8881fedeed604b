import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A connection that keeps all text that it receives. */
export class RawClient {
	text = "";
	readonly closed: Promise<unknown>;

	private constructor(readonly socket: Socket) {
		socket.setEncoding("utf8").on("data", (chunk: string) => (this.text += chunk));
		socket.on("error", () => undefined);
		this.closed = new Promise((resolve) => socket.once("close", resolve));
	}

	static async open(port: number): Promise<RawClient> {
		const client = new RawClient(connect(port, "127.0.0.1"));
		await once(client.socket, "connect");
		return client;
	}
}
