// Layout of pages on a 64-bit machine, as written by lmdb 3.5 (its liblmdb/mdb.c: MDB_page_header, MDB_node, MDB_ovpage). A page: number u64,
// transaction u64, padding u16, flags u16, end of the list of nodes u16, start of the nodes u16, then the places of its nodes, u16 each, counted
// from the end of the header.
const HEADER = 24;
const FLAGS = 18;
const LOWER = 20;
const BRANCH = 1;
const LEAF = 2;
/** A node: two halves of a length or page number u16 each, flags u16, length of its key u16, key, data. */
const NODE = 8;
const BIG_DATA = 1;
/** The most pages between the root of a tree and its leaves; a damaged file may have circles. */
const DEEPEST = 16;

/** Reads bytes of the file; undefined where it ends before. */
export type Read = (offset: number, length: number) => Buffer | undefined;

/** Pages by their numbers: from the first one, up to but without the end. */
export interface Pages {
	first: bigint;
	end: bigint;
}

/**
 * Whether an LMDB file lists all of these pages as free, below the `root` page of its tree of free pages. False also where that cannot be read: the
 * file is damaged, or another process has written over it meanwhile.
 */
export function areFree(pages: Pages, read: Read, pageSize: number, root: bigint): boolean {
	const free: Pages[] = [];
	try {
		if (!addFrom(read, pageSize, root, free, 0)) return false;
	} catch (error) {
		// A length or place that is beyond its page.
		if (error instanceof RangeError) return false;
		throw error;
	}
	let next = pages.first;
	for (const { first, end } of free.sort((a, b) => (a.first < b.first ? -1 : 1))) {
		if (first > next) break;
		if (end > next) next = end;
	}
	return next >= pages.end;
}

function addFrom(read: Read, pageSize: number, number: bigint, free: Pages[], depth: number): boolean {
	const page = read(Number(number) * pageSize, pageSize);
	if (!page || depth > DEEPEST) return false;
	const flags = page.readUInt16LE(FLAGS);
	if ((flags & (BRANCH | LEAF)) === 0) return false;
	for (let index = 0; index < page.readUInt16LE(LOWER) >> 1; index++) {
		const node = page.subarray(HEADER + page.readUInt16LE(HEADER + 2 * index));
		const low = node.readUInt32LE(0);
		const nodeFlags = node.readUInt16LE(4);
		const isAdded =
			flags & BRANCH
				? addFrom(read, pageSize, BigInt(low) | (BigInt(nodeFlags) << 32n), free, depth + 1)
				: addList(dataOf(node, low, nodeFlags, read, pageSize), free);
		if (!isAdded) return false;
	}
	return true;
}

/** The data of a leaf's node: in the node, or on pages of its own. */
function dataOf(node: Buffer, length: number, flags: number, read: Read, pageSize: number): Buffer | undefined {
	const data = node.subarray(NODE + node.readUInt16LE(6));
	if (!(flags & BIG_DATA)) return data.subarray(0, length);
	return read(Number(data.readBigUInt64LE(0)) * pageSize + HEADER, length);
}

/**
 * A list: its length, then page numbers, i64 each. lmdb's own liblmdb writes pages that follow one another as their negative number and the first of
 * them, and leaves gaps of zeros (midl.c: mdb_midl_respread).
 */
function addList(list: Buffer | undefined, free: Pages[]): boolean {
	if (!list) return false;
	const count = Number(list.readBigUInt64LE(0));
	if ((count + 1) * 8 > list.length) return false;
	for (let index = 1; index <= count; index++) {
		const entry = list.readBigInt64LE(8 * index);
		const first = entry < 0n ? list.readBigInt64LE(8 * ++index) : entry;
		free.push({ first, end: first + (entry < 0n ? -entry : 1n) });
	}
	return true;
}
