import { createHash } from "node:crypto";
import { type TSchema, Type } from "@sinclair/typebox";
import { malformed } from "../domain/refusals";
import type { Collection, IndexValue, Stored } from "./store";

/** The query parameters of every list. */
export const ListParams = {
	limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
	cursor: Type.Optional(Type.String({ maxLength: 1024 })),
};
export type ListParams = { limit?: number; cursor?: string };

export function ListOf<Item extends TSchema>(item: Item) {
	return Type.Object({ items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) });
}
export type List<Item> = { items: Item[]; next: string | null };

const DEFAULT_LIMIT = 20;

/**
 * A page of an index, newest first. A cursor is bound to the list that it came from.
 * @throws Refusal INVALID_CURSOR where the cursor is not one that this list gave
 */
export async function page<D extends Stored>(
	collection: Collection<D>,
	index: string,
	equals: readonly IndexValue[],
	position: (document: D) => readonly IndexValue[],
	{ limit = DEFAULT_LIMIT, cursor }: ListParams,
): Promise<List<D>> {
	const list = JSON.stringify([index, ...equals]);
	const after = cursor === undefined ? undefined : readCursor(list, cursor);
	const found = await collection.query(index, { equals, order: "descending", after, limit: limit + 1 });
	const items = found.slice(0, limit);
	const last = items.at(-1);
	const next = found.length > limit && last ? writeCursor(list, [...position(last), last._id]) : null;
	return { items, next };
}

// The checksum detects a cursor that was changed or belongs to another list. It is no secret: a forged cursor gives access only to another
// page of the same list.
function sumOf(list: string, position: string): string {
	return createHash("sha256").update(`${list}\n${position}`).digest("base64url").slice(0, 12);
}

function writeCursor(list: string, position: readonly IndexValue[]): string {
	const text = JSON.stringify(position);
	return `${Buffer.from(text).toString("base64url")}.${sumOf(list, text)}`;
}

function readCursor(list: string, cursor: string): IndexValue[] {
	const [body = "", sum] = cursor.split(".");
	const text = Buffer.from(body, "base64url").toString();
	const position = sum === sumOf(list, text) ? parse(text) : undefined;
	if (!Array.isArray(position) || !position.every(isIndexValue))
		throw malformed("INVALID_CURSOR", "cursor: is not one that this list gave");
	return position;
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isIndexValue(value: unknown): value is IndexValue {
	return typeof value === "string" || (typeof value === "number" && Number.isFinite(value));
}
