import type { DeadLetter, DeadLetters } from "../event-bus";
import { type EmbeddedDatabases, ofConsumer } from "./embedded-databases";

const LIST_LIMIT = 1_000;

export class EmbeddedDeadLetters implements DeadLetters {
	constructor(private readonly databases: EmbeddedDatabases) {}

	async list(consumer?: string): Promise<DeadLetter[]> {
		const range = consumer === undefined ? {} : ofConsumer(consumer);
		return [...this.databases.dead.getRange({ ...range, limit: LIST_LIMIT } as never)].map(({ value }) => value);
	}

	async find(consumer: string, eventId: string): Promise<DeadLetter | undefined> {
		return this.databases.dead.get([consumer, eventId]);
	}

	async replay(consumer: string, eventId: string): Promise<boolean> {
		const { dead, positions, retries, batch } = this.databases;
		const letter = dead.get([consumer, eventId]);
		const position = positions.get(eventId);
		if (!letter || position === undefined) return false;
		await batch(() => {
			void dead.remove([consumer, eventId]);
			void retries.put([consumer, 0, position], { tries: 0, attempts: 0, reason: letter.reason });
		});
		return true;
	}

	async drop(consumer: string, eventId: string): Promise<boolean> {
		const { dead, batch } = this.databases;
		if (!dead.get([consumer, eventId])) return false;
		await batch(() => void dead.remove([consumer, eventId]));
		return true;
	}
}
