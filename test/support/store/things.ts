import type { Logger } from "moleculer";
import { MongoAdapter } from "../../../shared/store/mongo/mongo-adapter";
import type { Indexes, Stored } from "../../../shared/store/store";
import { silentLogger } from "../world";

/** The document that tests of a store save. */
export interface Thing extends Stored {
	size?: number;
	kind?: string;
}
export const THINGS = { things: { size: ["size"] } };
export const UNAVAILABLE = expect.objectContaining({ type: "STORE_UNAVAILABLE", code: 503 });

export const openThings = (uri: string, collections: Record<string, Indexes> = THINGS, logger: Logger = silentLogger) =>
	new MongoAdapter({ uri, service: "test", collections, logger });

/** A logger that keeps its warnings as lines. */
export function recordingLogger(): { logger: Logger; lines: string[] } {
	const lines: string[] = [];
	return { lines, logger: { ...silentLogger, warn: (...parts: unknown[]) => void lines.push(parts.join(" ")) } };
}
