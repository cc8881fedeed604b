import type { Logger, ServiceBroker } from "moleculer";
import { readConfig } from "../../config";
import { createShop, type ShopParts } from "../../shop";
import type { Clock } from "../../shared/domain/clock";

/** A clock that tests move forward; it also runs by itself, so that waiting work goes on. */
export class TestClock implements Clock {
	private offset = 0;
	now(): number {
		return Date.now() + this.offset;
	}
	advance(ms: number): void {
		this.offset += ms;
	}
}

/** Starts a shop in this process that stores nothing on disk. `env` holds settings as a user sets them. */
export async function startShop(env: Record<string, string> = {}, parts: ShopParts = {}): Promise<ServiceBroker> {
	// Events of tests are of any day, and the log is trimmed a second after the start.
	const settings = { PORT: "0", DATA_DIR: ":memory:", LOGLEVEL: "fatal", EVENTS_KEPT_DAYS: "36500", ...env };
	const broker = createShop(readConfig(settings), parts);
	try {
		await broker.start();
	} catch (error) {
		await broker.stop();
		throw error;
	}
	return broker;
}

/** Resolves with the first answer of `look` that is not undefined or false. @throws Error after `withinMs` */
export async function eventually<T>(
	look: () => T | Promise<T>,
	withinMs = 5_000,
): Promise<Exclude<T, undefined | false>> {
	const deadline = Date.now() + withinMs;
	for (;;) {
		const answer = await look();
		if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
		if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${look.toString().slice(0, 200)}`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

const nothing = () => undefined;
export const silentLogger = {
	fatal: nothing,
	error: nothing,
	warn: nothing,
	info: nothing,
	debug: nothing,
	trace: nothing,
} as unknown as Logger;
