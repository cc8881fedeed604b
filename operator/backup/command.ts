import { parseArgs } from "node:util";
import { readConfig } from "../../config";
import { runCommand, UsageError } from "../command-line";
import { backUp, keepNewest } from "./backup";

const USAGE = `usage: npm run backup -- <folder> [--keep <count>]
Copies the data of a shop of one process into a new folder below <folder>; the shop may be running.
  --keep <count>  then remove all backups in <folder> but the newest
Exit code 0: copied; 2: it failed, and nothing was removed.`;

runCommand(USAGE, async (args) => {
	const { values, positionals } = parseArgs({ args, options: { keep: { type: "string" } }, allowPositionals: true });
	const [target, ...more] = positionals;
	if (target === undefined || more.length > 0) throw new UsageError("one folder must be named");
	const keep = values.keep === undefined ? undefined : Number(values.keep);
	if (keep !== undefined && !(Number.isInteger(keep) && keep >= 1)) throw new UsageError("--keep must be 1 or more");
	const { dataDir, natsUrls } = readConfig(process.env);
	if (natsUrls)
		throw new Error("TRANSPORTER is set: a cluster's events are in NATS, so a copy of the folder is no backup");
	const folder = await backUp(dataDir, target, Date.now());
	if (keep !== undefined) keepNewest(target, keep, Date.now());
	process.stdout.write(`${folder}\n`);
});
