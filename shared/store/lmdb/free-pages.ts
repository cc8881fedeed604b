// Layout of pages on a 64-bit machine, as written by lmdb 3.5 (its liblmdb/mdb.c: MDB_page_header, MDB_node, MDB_ovpage). A page: number u64, transaction u64, padding u16, flags u16, end of the
// list of nodes u16, start of the nodes u16, then the places of its nodes, u16 each, counted from the end of the header.
const HEADER = 24;
const FLAGS = 18;
const LOWER = 20;
const BRANCH = 1;
const LEAF = 2;
/** A node: two halves of a length or page number u16 each, flags u16, length of its key u16, key, data. */
const NODE = 8;
const BIG_DATA = 1;
/** Pages from the root of a tree to its leaves; a damaged file may have circles. */
const DEEPEST = 16;

/** The longest row of free pages that is believed: that of a file of 64 GB. */
const MOST_PAGES = 16_777_216n;

/** Reads bytes of the file; undefined where it ends before. */
export type Read = (offset: number, length: number) => Buffer | undefined;

/**
 * The numbers of the pages that an LMDB file lists as free, from the root page of its tree of free pages. Undefined where that cannot be read: the file is damaged, or another process has written
 * over it meanwhile.
 */
export function freePages(read: Read, pageSize: number, root: bigint): Set<bigint> | undefined {
	const free = new Set<bigint>();
	// As LMDB marks an empty tree.
	if (root === 0xffff_ffff_ffff_ffffn) return free;
	try {
		return addFrom(read, pageSize, root, free, 0) ? free : undefined;
	} catch (error) {
		// A length or place that is beyond its page.
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}

function addFrom(read: Read, pageSize: number, number: bigint, free: Set<bigint>, depth: number): boolean {
	const page = read(Number(number) * pageSize, pageSize);
	if (!page || depth > DEEPEST) return false;
	const flags = page.readUInt16LE(FLAGS);
	if ((flags & (BRANCH | LEAF)) === 0) return false;
	for (let index = 0; index < page.readUInt16LE(LOWER) >> 1; index++) {
		const node = page.subarray(HEADER + page.readUInt16LE(HEADER + 2 * index));
		const low = BigInt(node.readUInt32LE(0));
		const nodeFlags = node.readUInt16LE(4);
		if (flags & BRANCH) {
			const child = low | (BigInt(nodeFlags) << 32n);
			if (!addFrom(read, pageSize, child, free, depth + 1)) return false;
			continue;
		}
		const data = node.subarray(NODE + node.readUInt16LE(6));
		const list =
			nodeFlags & BIG_DATA
				? read(Number(data.readBigUInt64LE(0)) * pageSize + HEADER, Number(low))
				: data.subarray(0, Number(low));
		if (!list || !addList(list, free)) return false;
	}
	return true;
}

/**
 * A list: its length, then page numbers, i64 each. lmdb's own liblmdb writes pages that follow one another as their negative number and the first of them, and leaves gaps of zeros (midl.c:
 * mdb_midl_respread).
 */
function addList(list: Buffer, free: Set<bigint>): boolean {
	const count = Number(list.readBigUInt64LE(0));
	if ((count + 1) * 8 > list.length) return false;
	for (let index = 1; index <= count; index++) {
		const entry = list.readBigInt64LE(8 * index);
		if (entry >= 0n) free.add(entry);
		else if (-entry > MOST_PAGES) return false;
		else {
			const first = list.readBigInt64LE(8 * ++index);
			for (let page = first; page < first - entry; page++) free.add(page);
		}
	}
	return true;
}
