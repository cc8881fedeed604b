import { readConfig } from "../../config";
import { runCommand, UsageError } from "../command-line";
import { restore } from "./restore";

const USAGE = `usage: npm run restore -- <folder>
Puts a backup into DATA_DIR; the shop must be stopped. <folder> is a backup, or a folder of backups: then the newest is taken. What was in DATA_DIR is
kept in a folder below it.
Exit code 0: restored; 2: it failed. It may be run again.`;

runCommand(USAGE, async (args) => {
	const [backup, ...more] = args;
	if (backup === undefined || more.length > 0) throw new UsageError("one folder must be named");
	const { dataDir } = readConfig(process.env);
	const { from, replaced } = await restore(backup, dataDir, Date.now());
	const kept = replaced === undefined ? "" : `; what was there is in ${replaced}`;
	process.stdout.write(`${dataDir} has the data of ${from}${kept}\n`);
});
