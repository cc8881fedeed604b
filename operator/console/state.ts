import type { ServiceBroker } from "moleculer";
import { SERVICE_NAMES } from "../../config";
import type { AuditSummary, Selling, State, WaitingPayments } from "../../services/operator/state.schemas";
import { type Clock, toRfc3339 } from "../../shared/domain/clock";
import type { EventBus } from "../../shared/events/event-bus";
import { type Slot, oldestSlot, SLOT_MS } from "../../shared/reports/tallies";
import { withDeadline } from "../../shared/timing/deadline";
import type { Processes } from "./processes";
import { sellingOf, sumOf } from "./sales";

const MINUTE_MS = 60_000;
/** An answer is given again for this long, so that many consoles cost as much as one. */
const KEPT_FOR_MS = 1_000;
const ASK_WITHIN_MS = 1_500;

export interface LookOptions {
	broker: ServiceBroker;
	bus: Pick<EventBus, "backlog">;
	clock: Clock;
	processes: Processes;
	newestAudit(): Promise<AuditSummary | null>;
}

/** The shop in one look: asks all processes, and gives the answer to everybody who asks within the next second. */
export class Look {
	readonly state = keptFor(KEPT_FOR_MS, () => this.lookAtState());
	readonly selling = keptFor(KEPT_FOR_MS, () => this.lookAtSelling());

	constructor(private readonly options: LookOptions) {}

	private async lookAtState(): Promise<State> {
		const { broker, bus, clock, processes, newestAudit } = this.options;
		const now = clock.now();
		/** The start of the slot that is not over yet. */
		const until = Math.floor(now / SLOT_MS) * SLOT_MS;
		const orNull = <T>(answer: Promise<T>) =>
			withDeadline(answer, ASK_WITHIN_MS, () => new Error("took too long")).catch(() => null);
		const waiting = broker.call<{ unknown: WaitingPayments; refunds: WaitingPayments }, object>(
			"payment.waiting",
			{},
			{ timeout: ASK_WITHIN_MS },
		);
		const [all, slots, money, audit, backlog] = await Promise.all([
			processes.look(),
			this.slots(until - MINUTE_MS),
			orNull(waiting),
			orNull(newestAudit()),
			orNull(bus.backlog()),
		]);
		const { running } = processes;
		return {
			at: toRfc3339(now),
			answeredBy: broker.nodeID,
			missing: SERVICE_NAMES.filter((name) => !running.has(name)),
			lastMinute: sumOf(sellingOf(slots, until - 1, until - MINUTE_MS)),
			money: { unknown: money?.unknown ?? null, refunds: money?.refunds ?? null, audit },
			subscribers: backlog && backlog.map(({ consumer: service, waiting, dead }) => ({ service, waiting, dead })),
			processes: all,
		};
	}

	private async lookAtSelling(): Promise<Selling> {
		const now = this.options.clock.now();
		return sellingOf(await this.slots(oldestSlot(now)), now);
	}

	private async slots(from: number): Promise<Slot[][]> {
		const answered = await this.options.processes.ask<Slot[]>("$process.tallies", { from });
		return answered.map(({ answer = [] }) => answer);
	}
}

/** A question whose answer is given again for a time; those who ask meanwhile wait for one answer. */
function keptFor<Answer>(ms: number, ask: () => Promise<Answer>): () => Promise<Answer> {
	let kept: { answer: Promise<Answer>; until: number } | undefined;
	return () => {
		if (kept && performance.now() < kept.until) return kept.answer;
		const asked = { answer: ask(), until: Infinity };
		kept = asked;
		// Counted from the answer, which may take longer than it is kept.
		const settle = () => (asked.until = performance.now() + ms);
		asked.answer.then(settle, () => (asked.until = 0));
		return asked.answer;
	};
}
