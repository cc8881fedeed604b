import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "../../config";
import { prepareDataDir } from "../../shared/store/folder/data-folder";
import { FORMAT_FILE } from "../../shared/store/folder/folder-layout";
import { checkShape, shapeFor } from "../../shared/store/folder/folder-shape";
import { runCommand, UsageError } from "../command-line";
import { usesDataDir } from "../store-reader";
import { audit, DEFAULT_WAIT_MS, formatReport } from "./report";

const USAGE = `usage: npm run audit -- [--wait <seconds>] [--json]
Compares all that the shop of these settings has stored; it may be running.
  --wait <seconds>  look again for this long while something differs; ${DEFAULT_WAIT_MS / 1_000} by default
  --json            print the report as JSON
Exit code 0: no differences; 1: differences; 2: the shop cannot be read.`;

runCommand(USAGE, async (args) => {
	const { waitMs, json } = readOptions(args);
	const config = readConfig(process.env);
	const { dataDir } = config;
	if (usesDataDir(config)) {
		if (!existsSync(join(dataDir, FORMAT_FILE))) {
			throw new Error(
				`There is no shop's data in ${dataDir}: start the shop there first, or set DATA_DIR to its folder, and MONGO_URI and TRANSPORTER as the shop has them`,
			);
		}
		prepareDataDir(dataDir);
		checkShape(dataDir, shapeFor(config));
	}
	const report = await audit({ ...config, waitMs, now: Date.now });
	process.stdout.write(`${json ? JSON.stringify(report, null, 2) : formatReport(report)}\n`);
	process.exitCode = report.differences.length === 0 ? 0 : 1;
});

function readOptions(args: string[]): { waitMs: number; json: boolean } {
	const options = { wait: { type: "string" }, json: { type: "boolean", default: false } } as const;
	const { values } = parseArgs({ args, options });
	const seconds = Number(values.wait ?? DEFAULT_WAIT_MS / 1_000);
	if (!(seconds >= 0 && seconds <= 3_600)) throw new UsageError("--wait must be 0 to 3600 seconds");
	return { waitMs: seconds * 1_000, json: values.json };
}
