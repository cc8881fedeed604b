/** A silent node is avoided for this long: longer than the registry takes to notice a frozen one. */
const AVOIDED_FOR_MS = 10_000;

/**
 * Nodes that did not answer a call, and have answered none since. Calls go to other nodes for 10 s, so that a frozen node causes few second tries.
 * A node that is only slow answers other calls, and so is not avoided.
 */
export class SuspectNodes {
	/** By node, the end of its suspicion, in milliseconds of `performance.now()`. */
	private readonly until = new Map<string, number>();

	add(nodeID: string): void {
		this.until.set(nodeID, performance.now() + AVOIDED_FOR_MS);
	}

	/** The node has answered a call. */
	remove(nodeID: string): void {
		this.until.delete(nodeID);
	}

	has(nodeID: string): boolean {
		const until = this.until.get(nodeID);
		if (until === undefined) return false;
		if (performance.now() < until) return true;
		this.until.delete(nodeID);
		return false;
	}
}
