import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StartError } from "../../domain/start-error";

// Layout of a meta page on a 64-bit machine, as written by lmdb 3.5 (its liblmdb/mdb.c: MDB_page, MDB_meta): a page header of 24 bytes, then
// magic u32, version u32, address u64, map size u64, two MDB_db of 48 bytes, last page u64, transaction u64.
const PAGE_HEADER = 24;
const MAGIC = 0xbeefc0de;
const META = { magic: 0, pageSize: 24, lastPage: 120, transaction: 128, length: 136 };

/**
 * Checks an LMDB file before it is opened, because LMDB ends the process by a signal on a damaged file. Both meta pages must be LMDB's, and
 * the file must have the length that the newest one states. A missing or empty file passes as new. Damage inside other pages is not detected.
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
		const problem = findProblem(sizeNow, (offset) => {
			const page = Buffer.alloc(PAGE_HEADER + META.length);
			return readSync(descriptor, page, 0, page.length, offset) === page.length
				? page.subarray(PAGE_HEADER)
				: undefined;
		});
		if (problem) throw new StartError(`${file} ${problem}; restore it from a backup, or move it away to start empty`);
	} finally {
		closeSync(descriptor);
	}
}

function findProblem(sizeNow: () => number, readMeta: (offset: number) => Buffer | undefined): string | undefined {
	const first = readMeta(0);
	if (first?.readUInt32LE(META.magic) !== MAGIC) return "is not a data file of the shop (no LMDB meta page)";
	const pageSize = first.readUInt32LE(META.pageSize);
	if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return "is damaged (page size)";
	const second = readMeta(pageSize);
	if (second?.readUInt32LE(META.magic) !== MAGIC) return "is damaged (second meta page)";
	const newest = second.readBigUInt64LE(META.transaction) > first.readBigUInt64LE(META.transaction) ? second : first;
	const expected = (newest.readBigUInt64LE(META.lastPage) + 1n) * BigInt(pageSize);
	// Read last: another process may be writing, and the file grows before its meta page is updated.
	const size = sizeNow();
	if (BigInt(size) < expected) return `is cut off (${size} of at least ${expected} bytes)`;
	return undefined;
}
