// Asks the shop's processes for V8's profiles while they are under load: of processor time and of allocations, with a summary of these by function.
import type { ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { message } from "../support/cluster/processes";

/** Writing the profiles of a long load takes seconds. */
const WITHIN_MS = 60_000;

/** What a profiled process is sent; `file` is the path of its profiles without their endings. */
export type ProfileRequest = { profile: "begin" } | { profile: "end"; file: string };

/** Does `work` while these processes take profiles, which are in `folder` then, with this name, the processes' numbers and, in a cluster, their services. */
export async function profiled<T>(
	processes: readonly ChildProcess[],
	folder: string,
	name: string,
	work: () => Promise<T>,
): Promise<T> {
	mkdirSync(folder, { recursive: true });
	await Promise.all(processes.map((child) => ask(child, { profile: "begin" }, "profiling")));
	const done = await work();
	const file = (child: ChildProcess) => join(folder, `${name.replace(/[^\w]+/g, "-")}-${child.pid}`);
	await Promise.all(processes.map((child) => ask(child, { profile: "end", file: file(child) }, "profiled")));
	return done;
}

function ask(child: ChildProcess, request: ProfileRequest, answer: string): Promise<void> {
	const answered = message(child, answer, WITHIN_MS);
	child.send(request);
	return answered;
}
