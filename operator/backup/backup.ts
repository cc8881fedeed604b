import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { prepareDataDir } from "../../shared/store/folder/data-folder";
import { EVENTS, FORMAT_FILE, layoutOf, partOf } from "../../shared/store/folder/folder-layout";
import { checkShape } from "../../shared/store/folder/folder-shape";
import { sync } from "../../shared/store/folder/write-once";
import { LmdbEnvironment } from "../../shared/lmdb/lmdb-environment";

const PARTIAL = ".partial";
/** A backup that still runs must not lose its folder; none takes as long. */
const LEFT_AFTER_MS = 24 * 3_600_000;
/** Backups are called after their time, so that their names are in its order. */
const BACKUP = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/;

/**
 * Copies the data folder of a shop of one process into a new folder below `target`. The shop may be running; its writes wait for milliseconds. The copy is of one
 * moment, because all data is in one environment: a process that was killed just then would have left the same. Resolves with the new folder.
 * @throws StartError where the folder is of a cluster or damaged; Error where there is no data, or the copy fails: then nothing is left of it
 */
export async function backUp(dataDir: string, target: string, now: number): Promise<string> {
	if (!existsSync(join(dataDir, FORMAT_FILE))) throw new Error(`There is no shop's data in ${dataDir}: set DATA_DIR`);
	prepareDataDir(dataDir);
	checkShape(dataDir, { shape: "process" });
	if (layoutOf(dataDir) === "apart")
		throw new Error(
			`${dataDir} is of an earlier version, whose stores no copy has as of one moment: start this version on it first`,
		);
	const folder = join(target, new Date(now).toISOString().replaceAll(/[:.]/g, "-"));
	const partial = `${folder}${PARTIAL}-${randomUUID()}`;
	mkdirSync(partial, { recursive: true });
	try {
		await copyStore(dataDir, partial);
		for (const file of filesOf(dataDir)) copyFile(join(dataDir, file), join(partial, file));
		renameSync(partial, folder);
		sync(target);
		return folder;
	} catch (error) {
		rmSync(partial, { recursive: true, force: true });
		throw error;
	}
}

/** The newest backup below a folder. */
export function newestBackup(target: string): string | undefined {
	const newest = backupsIn(target).at(-1);
	return newest === undefined ? undefined : join(target, newest);
}

/** Removes all backups below `target` but the newest ones, and what runs that were killed more than a day before `now` have left. */
export function keepNewest(target: string, count: number, now: number): void {
	const isLeft = (name: string) => name.includes(PARTIAL) && statSync(join(target, name)).mtimeMs < now - LEFT_AFTER_MS;
	const left = readdirSync(target).filter(isLeft);
	for (const name of [...backupsIn(target).slice(0, -count), ...left]) rmSync(join(target, name), { recursive: true });
}

/** The names of the backups below a folder, oldest first. */
function backupsIn(target: string): string[] {
	return readdirSync(target)
		.filter((name) => BACKUP.test(name))
		.sort();
}

async function copyStore(dataDir: string, target: string): Promise<void> {
	const part = partOf(dataDir, EVENTS);
	const copy = join(target, relative(dataDir, part.path));
	mkdirSync(copy);
	const shared = new LmdbEnvironment({ ...part, durable: true });
	const environment = await shared.open();
	try {
		await environment.backup(copy, true);
	} finally {
		await shared.close();
	}
	sync(join(copy, "data.mdb"));
}

/** The small files of a data folder, beside the folders of its stores. */
function filesOf(dataDir: string): string[] {
	return readdirSync(dataDir, { withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
		.map(({ name }) => name);
}

function copyFile(from: string, to: string): void {
	cpSync(from, to);
	sync(to);
}
