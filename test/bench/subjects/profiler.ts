// Profiles of this process while it is under load, taken by V8 when the process that forked this one asks for them.
import { writeFileSync } from "node:fs";
import { type HeapProfiler, Session } from "node:inspector/promises";
import type { ProfileRequest } from "../profiles";
import { allocationSummary } from "./allocations";

/** Bytes between two samples of allocations, on average. */
const SAMPLE_EVERY_BYTES = 64 * 1_024;

/** Answers the requests of `profiled`. */
export function answerProfileRequests(): void {
	const session = new Session();
	process.on("message", (message: Partial<ProfileRequest>) => {
		if (message.profile === "begin") void begin(session).then(() => process.send?.("profiling"));
		if (message.profile === "end") void end(session, message.file!).then(() => process.send?.("profiled"));
	});
}

async function begin(session: Session): Promise<void> {
	session.connect();
	await session.post("Profiler.enable");
	await session.post("Profiler.start");
	// Also what was freed again, as it is the garbage collector's work.
	await session.post("HeapProfiler.startSampling", {
		samplingInterval: SAMPLE_EVERY_BYTES,
		includeObjectsCollectedByMajorGC: true,
		includeObjectsCollectedByMinorGC: true,
	} as HeapProfiler.StartSamplingParameterType);
}

/** `path`: that of the profiles without their endings; the services of a cluster's process are added to it. */
async function end(session: Session, path: string): Promise<void> {
	const { SERVICES } = process.env;
	const file = SERVICES ? `${path}-${SERVICES}` : path;
	const { profile: processorTime } = await session.post("Profiler.stop");
	const { profile: heap } = await session.post("HeapProfiler.stopSampling");
	session.disconnect();
	writeFileSync(`${file}.cpuprofile`, JSON.stringify(processorTime));
	writeFileSync(`${file}.heapprofile`, JSON.stringify(heap));
	writeFileSync(`${file}.allocations.txt`, allocationSummary(heap.head));
}
