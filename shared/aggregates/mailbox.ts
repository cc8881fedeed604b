import type { Clock } from "../domain/clock";
import { busy } from "../domain/refusals";

/** At most this many commands wait for one aggregate; one more is refused. */
const MAILBOX_LIMIT = 256;
/** Commands that share one write. */
const BATCH_LIMIT = 100;
/** A command that waited longer is refused: its caller has left. */
const MAILBOX_DEADLINE_MS = 5_000;

/** A command in a mailbox, with the promise that its sender awaits. */
export interface Waiting<Command, Answer> {
	command: Command;
	/** Milliseconds since 1970. */
	since: number;
	resolve(answer: Answer): void;
	reject(error: unknown): void;
}

/**
 * A bounded queue of commands for each aggregate. The commands of one aggregate run one batch after the other, batches of different aggregates
 * at the same time. Commands that wait together are handed over as one batch, so that they can share a write.
 */
export class Mailboxes<Command, Answer> {
	private readonly mailboxes = new Map<string, Array<Waiting<Command, Answer>>>();

	/** `run` settles every command of its batch; where it rejects, all of them are rejected. */
	constructor(
		private readonly clock: Clock,
		private readonly run: (id: string, batch: ReadonlyArray<Waiting<Command, Answer>>) => Promise<void>,
	) {}

	/** @throws Refusal AGGREGATE_BUSY where the mailbox is full, or the command waited for longer than 5 s */
	send(id: string, command: Command): Promise<Answer> {
		return new Promise((resolve, reject) => {
			const waiting = { command, since: this.clock.now(), resolve, reject };
			const mailbox = this.mailboxes.get(id);
			if (!mailbox) {
				this.mailboxes.set(id, [waiting]);
				void this.empty(id);
			} else if (mailbox.length >= MAILBOX_LIMIT) {
				reject(busy("AGGREGATE_BUSY", "Too many requests for the same thing are waiting."));
			} else mailbox.push(waiting);
		});
	}

	/** Commands that wait, and the aggregates that commands wait for or run on. */
	get load(): { waiting: number; aggregates: number } {
		let waiting = 0;
		for (const mailbox of this.mailboxes.values()) waiting += mailbox.length;
		return { waiting, aggregates: this.mailboxes.size };
	}

	/** Resolves when no command waits or runs. */
	async idle(): Promise<void> {
		while (this.mailboxes.size > 0) await new Promise(setImmediate);
	}

	private async empty(id: string): Promise<void> {
		const mailbox = this.mailboxes.get(id)!;
		// Commands of the same turn of the event loop share the first batch.
		await Promise.resolve();
		while (mailbox.length > 0) {
			const batch = mailbox.splice(0, BATCH_LIMIT).filter((waiting) => this.isInTime(waiting));
			if (batch.length > 0) await this.run(id, batch).catch((error) => batch.forEach(({ reject }) => reject(error)));
		}
		this.mailboxes.delete(id);
	}

	private isInTime({ since, reject }: Waiting<Command, Answer>): boolean {
		if (this.clock.now() - since < MAILBOX_DEADLINE_MS) return true;
		reject(busy("AGGREGATE_BUSY", "The request waited too long for its turn."));
		return false;
	}
}
