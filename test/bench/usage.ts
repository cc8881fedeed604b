// The resources that processes have used, read from outside.
import { readFileSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Clock ticks of /proc/<pid>/stat in a second, on all Linux machines. */
const TICKS_PER_S = 100;

export interface Usage {
	/** Since the processes' start. */
	cpuMs: number;
	/** Memory at this moment, with the pages of files that are mapped into it. */
	residentBytes: number;
	/** The part of it that is no file's, which the machine cannot take back. */
	ownBytes: number;
	diskBytes: number;
}

/** The usage of these processes together, and of their folders. */
export async function usageOf(pids: readonly number[], folders: readonly string[]): Promise<Usage> {
	const processes = pids.map((pid) => {
		const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
		const status = readFileSync(`/proc/${pid}/status`, "utf8");
		const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)![1]) * 1_024;
		const cpuMs = ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_S;
		return { cpuMs, residentBytes: bytes("VmRSS"), ownBytes: bytes("RssAnon") };
	});
	const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
	return {
		cpuMs: sum(processes.map(({ cpuMs }) => cpuMs)),
		residentBytes: sum(processes.map(({ residentBytes }) => residentBytes)),
		ownBytes: sum(processes.map(({ ownBytes }) => ownBytes)),
		diskBytes: sum(await Promise.all(folders.map(sizeOf))),
	};
}

/** Bytes that the files of a folder have on the disk. */
async function sizeOf(folder: string): Promise<number> {
	const names = await readdir(folder, { recursive: true });
	// A file may be gone by now.
	const blocks = await Promise.all(
		names.map((name) =>
			stat(join(folder, name)).then(
				(found) => found.blocks,
				() => 0,
			),
		),
	);
	return blocks.reduce((sum, each) => sum + each * 512, 0);
}
