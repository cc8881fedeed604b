import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StartError } from "../domain/start-error";
import { areFree, type Read } from "./free-pages";

// Layout of a meta page on a 64-bit machine, as written by lmdb 3.5 (its liblmdb/mdb.c: MDB_page, MDB_meta): a page header of 24 bytes, then
// magic u32, version u32, address u64, map size u64, two MDB_db of 48 bytes, last page u64, transaction u64.
const PAGE_HEADER = 24;
const MAGIC = 0xbeefc0de;
const META = { magic: 0, pageSize: 24, freeRoot: 64, lastPage: 120, transaction: 128, length: 136 };
/** Looks at a file that seems damaged: another process may have written over what was read. */
const LOOKS = 20;

/**
 * Checks an LMDB file before it is opened, because LMDB ends the process by a signal on a damaged file. Both meta pages must be LMDB's, and
 * the file must have all pages that the newest one counts, except free ones: LMDB does not write a page that is taken
 * and freed in one transaction. A missing or empty file passes as new. Damage inside other pages is not detected.
 * @throws StartError that names the file
 */
export function checkLmdbFile(file: string): void {
	let descriptor: number;
	try {
		descriptor = openSync(file, "r");
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === "ENOENT") return;
		throw new StartError(message);
	}
	try {
		const sizeNow = () => fstatSync(descriptor).size;
		if (sizeNow() === 0) return;
		const read: Read = (offset, length) => {
			const bytes = Buffer.alloc(length);
			return readSync(descriptor, bytes, 0, length, offset) === length ? bytes : undefined;
		};
		let problem: string | undefined;
		for (let look = 0; look < LOOKS; look++) if (!(problem = findProblem(sizeNow, read))) return;
		if (problem) throw new StartError(`${file} ${problem}; restore it from a backup, or move it away to start empty`);
	} finally {
		closeSync(descriptor);
	}
}

function findProblem(sizeNow: () => number, read: Read): string | undefined {
	const readMeta = (offset: number) => read(offset + PAGE_HEADER, META.length);
	const first = readMeta(0);
	if (first?.readUInt32LE(META.magic) !== MAGIC) return "is not a data file of the shop (no LMDB meta page)";
	const pageSize = first.readUInt32LE(META.pageSize);
	if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return "is damaged (page size)";
	const second = readMeta(pageSize);
	if (second?.readUInt32LE(META.magic) !== MAGIC) return "is damaged (second meta page)";
	const newest = second.readBigUInt64LE(META.transaction) > first.readBigUInt64LE(META.transaction) ? second : first;
	const expected = newest.readBigUInt64LE(META.lastPage) + 1n;
	// Read last: another process may be writing, and the file grows before its meta page is updated.
	const size = sizeNow();
	const pages = BigInt(Math.floor(size / pageSize));
	if (pages >= expected) return undefined;
	if (areFree({ first: pages, end: expected }, read, pageSize, newest.readBigUInt64LE(META.freeRoot))) return undefined;
	return `is cut off (${size} of at least ${expected * BigInt(pageSize)} bytes)`;
}
