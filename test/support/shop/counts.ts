// The operations of a shop's process, counted inside it and asked for by the process that forked it.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { countEvents, type EventCounts } from "../events/event-counts";
import { countOperations, type OperationCounts } from "../store/operation-counts";

const ANSWER_WITHIN_MS = 30_000;

/** The operations of a process on LMDB and on the event bus since its start. */
export type Counts = OperationCounts & EventCounts;

/** Counts from now on in this process, and answers {@link countsOf}. Call it before the shop is loaded. */
export function answerCounts(): void {
	const operations = countOperations();
	const events = countEvents();
	process.on(
		"message",
		(message) => message === "counts" && process.send?.({ counts: { ...operations(), ...events() } }),
	);
}

/** The counts of a process that has called {@link answerCounts}. @throws Error where it does not answer within 30 s */
export async function countsOf(child: ChildProcess): Promise<Counts> {
	const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
	const answer = once(child, "message", { signal }) as Promise<[{ counts: Counts }]>;
	child.send("counts");
	return (await answer)[0].counts;
}

/** What was counted between two times, or over several processes. */
export function combine(one: Counts, other: Counts, by: (a: number, b: number) => number): Counts {
	const names = Object.keys(one) as Array<keyof Counts>;
	return Object.fromEntries(names.map((name) => [name, by(one[name], other[name])])) as unknown as Counts;
}
