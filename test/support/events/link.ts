import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

type Direction = "out" | "in";

/** A TCP proxy to a server that can be cut in either direction: connections stay open, data waits until {@link mend}. */
export class Link {
	private readonly server: Server;
	private readonly ends: Array<Record<Direction, { from: Socket; to: Socket }>> = [];
	private readonly cutDirections = new Set<Direction>();

	private constructor(private readonly targetPort: number) {
		this.server = createServer((client) => this.join(client));
	}

	static async to(targetPort: number): Promise<Link> {
		const link = new Link(targetPort);
		await new Promise<void>((resolve) => link.server.listen(0, "127.0.0.1", resolve));
		return link;
	}

	get port(): number {
		return (this.server.address() as AddressInfo).port;
	}

	/** Number of open connections. */
	get connections(): number {
		return this.ends.filter(({ out }) => !out.from.destroyed).length;
	}

	/** "out": data from client to server waits; "in": from server to client. Both by default. */
	cut(...directions: Direction[]): void {
		for (const direction of directions.length > 0 ? directions : (["out", "in"] as const))
			this.cutDirections.add(direction);
		this.apply();
	}

	mend(): void {
		this.cutDirections.clear();
		this.apply();
	}

	/** Resets every connection, as a server that dies does. New connections are accepted. */
	reset(): void {
		for (const { out } of this.ends.splice(0)) out.from.resetAndDestroy();
	}

	async close(): Promise<void> {
		for (const { out } of this.ends) [out.from, out.to].forEach((socket) => socket.destroy());
		await new Promise((resolve) => this.server.close(resolve));
	}

	private join(client: Socket): void {
		const server = connect(this.targetPort, "127.0.0.1");
		const pair = { out: { from: client, to: server }, in: { from: server, to: client } };
		this.ends.push(pair);
		for (const { from, to } of [pair.out, pair.in]) {
			from.on("data", (data) => to.write(data));
			from.on("error", () => to.destroy()).on("close", () => to.destroy());
		}
		this.apply();
	}

	private apply(): void {
		for (const pair of this.ends) {
			for (const direction of ["out", "in"] as const) {
				if (this.cutDirections.has(direction)) pair[direction].from.pause();
				else pair[direction].from.resume();
			}
		}
	}
}
