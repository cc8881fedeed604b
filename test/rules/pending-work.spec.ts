import { setTimeout as sleep } from "node:timers/promises";
import { PendingWork } from "../../shared/timing/pending-work";

describe("pending work of a key", () => {
	const open = () => {
		let end!: (failure?: Error) => void;
		const work = new Promise<void>((resolve, reject) => (end = (failure) => (failure ? reject(failure) : resolve())));
		return { work, end };
	};

	it("holds up who waits for it, until all that was pending has settled, also where it failed", async () => {
		const pending = new PendingWork();
		const [first, second, later, others] = [open(), open(), open(), open()];
		const tracked = [first, second].map(({ work }) => pending.track("alice", work));
		void pending.track("bob", others.work);
		let isOver = false;
		const waiting = pending.settled("alice", 60_000).then(() => (isOver = true));
		void pending.track("alice", later.work);
		first.end();
		await sleep(1);
		expect(isOver).toBe(false);
		second.end(new Error("failed"));
		await waiting;
		await expect(tracked[1]).rejects.toThrow("failed");
		await pending.settled("carol", 60_000);
	});

	it("holds up nobody for longer than the deadline, and nobody once it is over", async () => {
		const pending = new PendingWork();
		const { work, end } = open();
		const tracked = pending.track("alice", work);
		await pending.settled("alice", 5);
		end();
		await tracked;
		await pending.settled("alice", 60_000);
		// There may be a customer for each: nothing of them is kept.
		expect((pending as unknown as { pending: Map<string, unknown> }).pending.size).toBe(0);
	});
});
