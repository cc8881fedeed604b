import type { Logger } from "moleculer";
import { MongoAdapter } from "../../../shared/store/mongo/mongo-adapter";
import type { Indexes, Stored } from "../../../shared/store/store";
import { silentLogger } from "../world";

/** What tests of a store keep in it. */
export interface Thing extends Stored {
	size?: number;
	kind?: string;
}
export const THINGS = { things: { size: ["size"] } };
export const UNAVAILABLE = expect.objectContaining({ type: "STORE_UNAVAILABLE", code: 503 });

export const openThings = (uri: string, collections: Record<string, Indexes> = THINGS, logger: Logger = silentLogger) =>
	new MongoAdapter({ uri, service: "test", collections, logger });

/** Warnings as lines. */
export function listening(): { logger: Logger; lines: string[] } {
	const lines: string[] = [];
	return { lines, logger: { ...silentLogger, warn: (...said: unknown[]) => void lines.push(said.join(" ")) } };
}
