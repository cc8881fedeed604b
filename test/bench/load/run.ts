import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { COMPILED } from "../../support/compile";

/** A load ends this long after its time at the latest. */
const LOAD_MARGIN_S = 90;

/** Runs a module of test/bench that prints its figures in a process of its own, such as "load/checkouts". @throws Error where it fails */
export async function load<Figures>(
	name: string,
	parameters: { seconds: number; [name: string]: unknown },
): Promise<Figures> {
	const { stdout } = await promisify(execFile)(
		process.execPath,
		[join(COMPILED, "test/bench", `${name}.js`), JSON.stringify(parameters)],
		{ maxBuffer: 1e8, timeout: (parameters.seconds + LOAD_MARGIN_S) * 1_000 },
	);
	return JSON.parse(stdout) as Figures;
}
