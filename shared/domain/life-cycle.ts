/** From each status, the statuses that may follow it. */
export type Transitions<Status extends string> = Readonly<Record<Status, readonly Status[]>>;

export interface LifeCycle<Status extends string> {
	initial: Status;
	/** Statuses that nothing follows. */
	final: readonly Status[];
	transitions: Transitions<Status>;
}

/**
 * Returns the function that checks a step of this life cycle. The table itself is checked when it is loaded, so that a mistake in it ends the start.
 * @throws Error where a status cannot be reached from the initial one, or is a dead end without being final, or is final with an exit
 */
export function lifeCycle<Status extends string>({ initial, final, transitions }: LifeCycle<Status>) {
	const statuses = Object.keys(transitions) as Status[];
	const reached = new Set([initial]);
	for (const status of reached) for (const next of transitions[status]) reached.add(next);
	const unreached = statuses.find((status) => !reached.has(status));
	if (unreached) throw new Error(`the status "${unreached}" cannot be reached from "${initial}"`);
	for (const status of statuses) {
		const isDeadEnd = transitions[status].length === 0;
		if (isDeadEnd && !final.includes(status)) throw new Error(`the status "${status}" is a dead end, but not final`);
		if (!isDeadEnd && final.includes(status)) throw new Error(`the status "${status}" is final, but has an exit`);
	}

	/** @throws Error for a step that is not in the table: a defect */
	return function checkStep(from: Status, to: Status): void {
		if (!transitions[from].includes(to)) throw new Error(`no step leads from "${from}" to "${to}"`);
	};
}
