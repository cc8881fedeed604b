import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { RootDatabase } from "lmdb";
import { FORMAT_FILE, prepareDataDir } from "../../shared/store/folder/data-folder";
import { checkShape } from "../../shared/store/folder/folder-shape";
import { passGate } from "../../shared/store/lmdb/environment-gate";
import { openEnvironment } from "../../shared/store/lmdb/lmdb-environment";
import { sync } from "../../shared/store/folder/write-once";

const PARTIAL = ".partial";
/** Backups are called after their time, so that their names are in its order. */
const BACKUP = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/;

export interface BackupResult {
	/** The folder of the backup. */
	folder: string;
	/** How long all writes of the shop waited. */
	heldMs: number;
}

/**
 * Copies the data folder of a shop of one process into a new folder below `target`; the shop may be running. The copy is of one moment: writes to all
 * of its stores wait until it is done, so it is what a process that was killed just then would have left.
 * @throws StartError where the folder is of a cluster or damaged; Error where there is no data, or the copy fails: then nothing is left of it
 */
export async function backUp(dataDir: string, target: string, now: number): Promise<BackupResult> {
	if (!existsSync(join(dataDir, FORMAT_FILE))) throw new Error(`There is no shop's data in ${dataDir}: set DATA_DIR`);
	prepareDataDir(dataDir);
	checkShape(dataDir, { shape: "process" });
	const folder = join(target, new Date(now).toISOString().replaceAll(/[:.]/g, "-"));
	const partial = `${folder}${PARTIAL}-${randomUUID()}`;
	mkdirSync(partial, { recursive: true });
	try {
		const heldMs = await copyStores(dataDir, partial);
		for (const file of filesOf(dataDir)) copyFile(join(dataDir, file), join(partial, file));
		renameSync(partial, folder);
		sync(target);
		return { folder, heldMs };
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

/** Removes all backups below `target` but the newest ones, and what runs that were killed have left. */
export function keepNewest(target: string, count: number): void {
	const left = readdirSync(target).filter((name) => name.includes(PARTIAL));
	for (const name of [...backupsIn(target).slice(0, -count), ...left]) rmSync(join(target, name), { recursive: true });
}

/** The names of the backups below a folder, oldest first. */
function backupsIn(target: string): string[] {
	return readdirSync(target)
		.filter((name) => BACKUP.test(name))
		.sort();
}

async function copyStores(dataDir: string, target: string): Promise<number> {
	const stores = readdirSync(dataDir).filter((name) => existsSync(join(dataDir, name, "data.mdb")));
	const opened: Array<{ name: string; environment: RootDatabase }> = [];
	try {
		for (const name of stores) {
			const path = join(dataDir, name);
			opened.push({ name, environment: await passGate(path, () => openEnvironment(path, true)) });
		}
		let heldAt = 0;
		await holdingWrites(
			opened.map(({ environment }) => environment),
			async () => {
				heldAt = performance.now();
				for (const { name, environment } of opened) {
					mkdirSync(join(target, name));
					// A plain copy would wait for the write that is held; a compact one does not.
					await environment.backup(join(target, name), true);
				}
			},
		);
		const heldMs = performance.now() - heldAt;
		for (const name of stores) sync(join(target, name, "data.mdb"));
		return heldMs;
	} finally {
		for (const { name, environment } of opened) await passGate(join(dataDir, name), () => environment.close());
	}
}

/** Runs `act` while no process can write to any of these environments: each has a write transaction, which changes nothing. */
function holdingWrites([first, ...others]: readonly RootDatabase[], act: () => Promise<void>): Promise<void> {
	return first ? first.transactionSync(() => holdingWrites(others, act)) : act();
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
