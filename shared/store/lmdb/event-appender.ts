/** Appends events to a log in the transaction of a document's write, in the environment of both. */
export interface EventAppender {
	/**
	 * Runs `write`, which calls `put` once while it queues its own operations. Resolves or rejects as `write` does, which settles once the transaction
	 * is on disk or has failed; resolves with false where its condition failed, and nothing was written.
	 */
	append(events: readonly object[], write: (put: () => void) => Promise<boolean>): Promise<boolean>;
}
