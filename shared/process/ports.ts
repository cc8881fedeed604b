import { randomInt } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * Below those that systems give to outgoing connections: one of them could hold the port of a process that is away for a moment.
 * From another one each time, so that several programs rarely try the same.
 */
const LOWEST = 10_000;
const HIGHEST = 30_000;
let next = randomInt(LOWEST, HIGHEST);

/** Different ports that nobody listens to at this moment, none of them given before. @throws Error where the host is not this machine's */
export async function freePorts(count: number, host: string): Promise<number[]> {
	const ports: number[] = [];
	for (let tries = HIGHEST - LOWEST; ports.length < count; tries--) {
		if (tries === 0) throw new Error(`there are no free ports on ${host}`);
		const port = next;
		next = next < HIGHEST ? next + 1 : LOWEST;
		if (await isFree(port, host)) ports.push(port);
	}
	return ports;
}

/** Whether a port of this machine can be listened to. */
export async function isFree(port: number, host: string): Promise<boolean> {
	const server = createServer();
	try {
		await once(server.listen(port, host), "listening");
	} catch {
		return false;
	}
	await new Promise((resolve) => server.close(resolve));
	return true;
}

/** Whether something takes connections there. */
export function accepts(port: number, host: string): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ port, host })
			.once("connect", () => (socket.destroy(), resolve(true)))
			.once("error", () => resolve(false));
	});
}
