import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The folders and files of the shop's sources, below its root. */
const ROOMS = ["services", "shared", "operator"];

/** The sources as they are on the disk: by path, the time and size of each file's last save. */
export type Sources = ReadonlyMap<string, string>;

/** Looks at all sources below `root`. It looks, and does not watch, because editors save in ways that watchers miss. */
export function lookAtSources(root: string): Sources {
	const files = readdirSync(root).map((name) => join(root, name));
	for (const room of ROOMS) {
		const names = readdirSync(join(root, room), { recursive: true }) as string[];
		files.push(...names.map((name) => join(root, room, name)));
	}
	const sources = new Map<string, string>();
	for (const file of files.filter((name) => name.endsWith(".ts"))) {
		// A file may vanish while its editor saves it.
		const found = statSync(file, { throwIfNoEntry: false });
		if (found) sources.set(file, `${found.mtimeMs} ${found.size}`);
	}
	return sources;
}

/** The files that were saved, added or removed between two looks. */
export function changedFiles(before: Sources, after: Sources): string[] {
	const all = new Set([...before.keys(), ...after.keys()]);
	return [...all].filter((file) => before.get(file) !== after.get(file));
}
