import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../../shared/domain/start-error";
import { lockFolder } from "../../shared/process/folder-lock";
import { prepareDataDir } from "../../shared/store/folder/data-folder";
import { FORMAT_FILE } from "../../shared/store/folder/folder-layout";
import { checkShape, shapeOf } from "../../shared/store/folder/folder-shape";
import { replace, sync } from "../../shared/store/folder/write-once";
import { newestBackup } from "./backup";

/** The folder of a restore that is under way. */
const RESTORING = "restoring";
/** Folders of the data that a restore has replaced, followed by its time. */
const REPLACED = "replaced-";

export interface RestoreResult {
	/** The backup that was restored. */
	from: string;
	/** The folder with the data that were there before; undefined where there were none. */
	replaced: string | undefined;
}

/**
 * Puts a backup into the data folder of a shop that is stopped. `backup` is the folder of one, or that of several: then the newest is taken. What was
 * in the data folder is kept in a folder below it. May be killed and run again; meanwhile no shop starts on the folder. This process keeps its lock.
 * @throws StartError where a process of this machine uses the folder, it is of a cluster, or the backup is damaged; Error where there is no backup
 */
export async function restore(backup: string, dataDir: string, now: number): Promise<RestoreResult> {
	const from = existsSync(join(backup, FORMAT_FILE)) ? backup : newestBackup(backup);
	if (from === undefined) throw new Error(`There is no backup in ${backup}`);
	mkdirSync(dataDir, { recursive: true });
	// No shop of one process starts meanwhile. Those of a cluster have no such lock.
	await lockFolder(dataDir);
	if (shapeOf(dataDir)?.shape === "cluster")
		throw new StartError(
			`DATA_DIR=${dataDir} is of a cluster, and the backup of a shop of one process: name another folder`,
		);

	const restoring = join(dataDir, RESTORING);
	rmSync(restoring, { recursive: true, force: true });
	cpSync(from, restoring, { recursive: true });
	syncAll(restoring);
	// The copy, because the volume of backups may be mounted for reading only.
	prepareDataDir(restoring);
	checkShape(restoring, { shape: "process" });
	const format = join(dataDir, FORMAT_FILE);
	const before = readdirSync(dataDir).filter((name) => name !== RESTORING && !name.startsWith(REPLACED));
	let replaced: string | undefined;
	if (before.length > 0) {
		replaced = join(dataDir, REPLACED + new Date(now).toISOString().replaceAll(/[:.]/g, "-"));
		mkdirSync(replaced);
		if (existsSync(format)) cpSync(format, join(replaced, FORMAT_FILE));
	}
	// A shop refuses this file, so that it does not start on a part of the data.
	replace(format, "A restore is under way: run it again.\n");
	for (const name of before) if (name !== FORMAT_FILE) renameSync(join(dataDir, name), join(replaced!, name));
	for (const name of readdirSync(restoring).filter((entry) => entry !== FORMAT_FILE)) {
		renameSync(join(restoring, name), join(dataDir, name));
	}
	renameSync(join(restoring, FORMAT_FILE), format);
	sync(dataDir);
	rmSync(restoring, { recursive: true });
	return { from, replaced };
}

/** Returns once the disk has all files and names below a folder. */
function syncAll(folder: string): void {
	for (const { parentPath, name } of readdirSync(folder, { recursive: true, withFileTypes: true }))
		sync(join(parentPath, name));
	sync(folder);
}
