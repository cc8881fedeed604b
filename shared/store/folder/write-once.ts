import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a small file that does not exist yet; no process reads half of it, and of several writers one wins. An existing file stays. */
export function writeOnce(file: string, text: string): void {
	const aside = writeAside(file, text);
	try {
		linkSync(aside, file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
	} finally {
		rmSync(aside);
	}
	sync(dirname(file));
}

/** Writes a small file in place of the one that exists; a process that is killed meanwhile leaves one of the two. */
export function replace(file: string, text: string): void {
	renameSync(writeAside(file, text), file);
	sync(dirname(file));
}

function writeAside(file: string, text: string): string {
	const aside = `${file}.${randomUUID()}`;
	writeFileSync(aside, text);
	sync(aside);
	return aside;
}

/** Returns once the disk has the file, or the names in the folder. */
export function sync(path: string): void {
	const descriptor = openSync(path, "r");
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}
