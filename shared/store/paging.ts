import { createHash } from "node:crypto";
import { type TSchema, Type } from "@sinclair/typebox";
import { type Money, sum } from "../domain/money";
import { malformed } from "../domain/refusals";
import { nextStep } from "../timing/turns";
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

/** At most this many documents are read in one step. It holds a page of the default limit, and one document more that tells whether there are others. */
export const READ_CHUNK = DEFAULT_LIMIT + 1;
/** A page ends before it has this many bytes of JSON: with what is around it, it has to fit into a message of NATS, 1 MB by default. */
export const PAGE_BYTES = 512 * 1024;

/** A list of documents by one index, newest first. */
export interface Listing<D extends Stored, Item> {
	collection: Collection<D>;
	index: string;
	equals: readonly IndexValue[];
	/** The document's values of the index's other fields. */
	position(document: D): readonly IndexValue[];
	/** The document as it is shown; undefined where it is not. */
	toItem(document: D): Item | undefined;
	/** The default is {@link PAGE_BYTES}. */
	maxBytes?: number;
}

/**
 * A page of a list: at most `limit` items of `maxBytes`, but one at least. A cursor is bound to the list that it came from.
 * @throws Refusal INVALID_CURSOR where the cursor is not one that this list gave
 */
export async function page<D extends Stored, Item>(
	listing: Listing<D, Item>,
	{ limit = DEFAULT_LIMIT, cursor }: ListParams,
): Promise<List<Item>> {
	const { index, equals, position, toItem, maxBytes } = listing;
	const list = [index, ...equals];
	const chunks = documentsOf(listing, readCursor(list, cursor), limit + 1);
	const { items, end } = await fill(chunks, toItem, limit, maxBytes);
	return { items, next: end ? writeCursor(list, [...position(end), end._id]) : null };
}

/** The items of a page, of documents that are read in chunks; `end` is the last document on it where there are more documents. */
export async function fill<D extends Stored, Item>(
	chunks: AsyncIterable<readonly D[]>,
	toItem: (document: D) => Item | undefined,
	limit = DEFAULT_LIMIT,
	maxBytes = PAGE_BYTES,
): Promise<{ items: Item[]; end?: D }> {
	const items: Item[] = [];
	let bytes = 0;
	let read = 0;
	let end: D | undefined;
	for await (const documents of chunks) {
		for (const document of documents) {
			const item = toItem(document);
			bytes += item === undefined ? 0 : bytesOf(item);
			if (end && (read === limit || bytes > maxBytes)) return { items, end };
			if (item !== undefined) items.push(item);
			end = document;
			read++;
		}
	}
	return { items };
}

/** By item, its bytes of JSON. */
const sizes = new WeakMap<object, number>();

/** Bytes of an item's JSON. */
export function bytesOf(item: unknown): number {
	const known = sizes.get(item as object);
	if (known !== undefined) return known;
	const bytes = Buffer.byteLength(JSON.stringify(item));
	if (typeof item === "object") sizes.set(item!, bytes);
	return bytes;
}

/** As {@link page}, with the number and the sum of all items of the list. @throws Refusal INVALID_CURSOR */
export async function pageWithTotal<D extends Stored, Item extends { total: Money }>(
	listing: Listing<D, Item>,
	params: ListParams,
	currency: string,
): Promise<List<Item> & { total: Money; count: number }> {
	const { items, next } = await page(listing, params);
	const isWhole = params.cursor === undefined && next === null;
	const prices = isWhole ? items.map(({ total }) => total) : await pricesOf(listing);
	return { items, total: sum(prices, currency), count: prices.length, next };
}

async function pricesOf<D extends Stored>(listing: Listing<D, { total: Money }>): Promise<Money[]> {
	const prices: Money[] = [];
	for await (const documents of documentsOf(listing)) {
		for (const document of documents) {
			const item = listing.toItem(document);
			if (item) prices.push(item.total);
		}
	}
	return prices;
}

/** The documents of a list after a position, `most` at most: a chunk in each step. */
async function* documentsOf<D extends Stored>(
	{ collection, index, equals, position }: Pick<Listing<D, unknown>, "collection" | "index" | "equals" | "position">,
	begin?: readonly IndexValue[],
	most = Infinity,
): AsyncIterable<D[]> {
	let after = begin;
	for (let left = most; ; left -= READ_CHUNK) {
		const limit = Math.min(left, READ_CHUNK);
		await nextStep();
		const found = await collection.query(index, { equals, order: "descending", after, limit });
		yield found;
		const last = found.at(-1);
		if (!last || found.length < READ_CHUNK || left <= READ_CHUNK) return;
		after = [...position(last), last._id];
	}
}

// The checksum detects a cursor that was changed or belongs to another list. It is no secret: a forged cursor gives access only to another
// page of the same list.
function sumOf(list: readonly IndexValue[], position: string): string {
	return createHash("sha256")
		.update(`${JSON.stringify(list)}\n${position}`)
		.digest("base64url")
		.slice(0, 12);
}

/** A cursor of a list that goes on after this position. */
export function writeCursor(list: readonly IndexValue[], position: readonly IndexValue[]): string {
	const text = JSON.stringify(position);
	return `${Buffer.from(text).toString("base64url")}.${sumOf(list, text)}`;
}

/** The position that a cursor of this list goes on after. @throws Refusal INVALID_CURSOR where it is not one of this list */
export function readCursor(list: readonly IndexValue[], cursor: string | undefined): IndexValue[] | undefined {
	if (cursor === undefined) return undefined;
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
