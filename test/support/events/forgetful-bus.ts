import { busy } from "../../../shared/domain/refusals";
import { type CloudEvent, isSameEvent } from "../../../shared/events/event";
import type { Mark, Published } from "../../../shared/events/event-bus";

/** Acknowledges events, and may be away, or come back without the last of them. */
export class ForgetfulBus {
	constructor(readonly mayLoseForMs: number) {}

	/** Number of reads of `connected`: several in each sweep. */
	looks = 0;
	private there = true;
	kept: CloudEvent[] = [];
	private readonly back: Array<() => void> = [];

	get connected(): boolean {
		this.looks++;
		return this.there;
	}

	leave(): void {
		this.there = false;
	}

	async publish(events: readonly CloudEvent[]): Promise<Published> {
		if (!this.there) throw busy("BUS_AWAY", "away");
		const fresh = events.filter(({ id }) => !this.kept.some((kept) => kept.id === id));
		this.kept.push(...fresh);
		const positionOf = (eventId: string) => this.kept.findIndex(({ id }) => id === eventId);
		const taken = events.filter((event) => this.kept.some((kept) => kept.id === event.id && !isSameEvent(kept, event)));
		return { added: fresh.length, marks: events.map(({ id }) => ({ eventId: id, position: positionOf(id) })), taken };
	}

	async holds(marks: readonly Mark[]): Promise<boolean> {
		return marks.every(({ eventId, position }) => this.kept[position]?.id === eventId);
	}

	onReturn(act: () => void): void {
		this.back.push(act);
	}

	return(): void {
		this.there = true;
		for (const act of this.back) act();
	}

	sequences(subject = "a"): number[] {
		const of = this.kept.filter((event) => event.subject === subject);
		return of.map(({ sequence }) => sequence).sort((a, b) => a - b);
	}
}
