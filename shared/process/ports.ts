import { randomInt } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * The range lies below the ports of outgoing connections, so that none of them takes the port of a process that restarts. The first port
 * is random, so that several programs rarely try the same one.
 */
const LOWEST = 10_000;
const HIGHEST = 30_000;
let next = randomInt(LOWEST, HIGHEST);

/** Tries to listen. Resolves with undefined on success, else with the error's code, such as `EADDRINUSE`. */
export async function listenError(port: number, host: string): Promise<string | undefined> {
	const server = createServer();
	try {
		await once(server.listen(port, host), "listening");
	} catch (error) {
		return (error as NodeJS.ErrnoException).code ?? "unknown";
	}
	await new Promise((resolve) => server.close(resolve));
	return undefined;
}

/**
 * Returns different ports that no process listens to now; each call returns others.
 * @throws Error where there are too few, or the host is not an address of this machine
 */
export async function freePorts(count: number, host: string): Promise<number[]> {
	const ports: number[] = [];
	for (let tries = HIGHEST - LOWEST; ports.length < count; tries--) {
		if (tries === 0) throw new Error(`there are no free ports on ${host}`);
		const port = next;
		next = next < HIGHEST ? next + 1 : LOWEST;
		if ((await listenError(port, host)) === undefined) ports.push(port);
	}
	return ports;
}

/** Whether a process accepts connections on this port. */
export function accepts(port: number, host: string): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ port, host })
			.once("connect", () => (socket.destroy(), resolve(true)))
			.once("error", () => resolve(false));
	});
}
