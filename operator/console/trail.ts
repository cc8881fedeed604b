import type { Context } from "moleculer";
import type { TrailEntry } from "../../services/operator/operator.schemas";
import { toRfc3339, type Clock } from "../../shared/domain/clock";
import { busy, notFound } from "../../shared/domain/refusals";
import type { Collection, Stored } from "../../shared/store/store";
import { type List, type ListParams, page } from "../../shared/store/paging";
import { inWords } from "./in-words";
import { shownParams } from "./trail.rules";

/** Entries that are kept, and how many new ones come before older ones are removed. */
const KEPT = 10_000;
const TRIM_EVERY = 100;

/** The operator, in the `meta` of a call. The gateway, the REPL and the commands set it. */
export interface OperatorMeta {
	operator?: { by: string; name?: string };
}

interface Kept extends Stored {
	/** Milliseconds since 1970. */
	at: number;
	by: string;
	name?: string;
	action: string;
	params: Record<string, unknown>;
	requestId?: string;
	nodeId: string;
	instanceId: string;
	ok?: boolean;
	outcome?: string;
	/** Milliseconds since 1970. */
	endedAt?: number;
}

export interface TrailOptions {
	entries: Collection<Kept>;
	clock: Clock;
	newId(): string;
	nodeId: string;
	instanceId: string;
	/** Whether this very process still runs. */
	isHere(nodeId: string, instanceId: string): boolean;
	logger: { warn(...parts: unknown[]): void };
}

export const TRAIL_INDEXES = { newest: ["at"] } as const;

/** What operators have done: each doing is written before it is begun, and once more with its outcome. */
export class Trail {
	private written = 0;
	private readonly underWay = new Set<Promise<unknown>>();

	constructor(private readonly options: TrailOptions) {}

	/**
	 * Writes a doing, does it, and writes its outcome. Resolves with the entry.
	 * @param act resolves with the outcome in words
	 * @throws Refusal STORE_UNAVAILABLE where it could not be written: then nothing was done; all that `act` throws
	 */
	async record(context: Context<object, OperatorMeta>, act: (id: string) => Promise<string>): Promise<TrailEntry> {
		let told = "";
		const { entry } = await this.doing(
			context,
			async (id) => (told = await act(id)),
			() => told,
		);
		return entry;
	}

	/** As {@link record}, and resolves with what `act` resolves with. */
	async recordAnswer<Answer>(
		context: Context<object, OperatorMeta>,
		act: (id: string) => Promise<Answer>,
		toOutcome: (answer: Answer) => string,
	): Promise<Answer> {
		return (await this.doing(context, act, toOutcome)).answer;
	}

	/**
	 * As {@link record}, and resolves once the doing has begun; the outcome is written when it is done.
	 * @param begin resolves once it has begun, with the outcome to come
	 */
	async recordLater(
		context: Context<object, OperatorMeta>,
		begin: (id: string) => Promise<{ outcome: Promise<string> }>,
	): Promise<TrailEntry> {
		const kept = await this.begin(context);
		let outcome: Promise<string>;
		try {
			({ outcome } = await begin(kept._id));
		} catch (error) {
			await this.end(kept, false, inWords(error));
			throw error;
		}
		const ended = outcome
			.then(
				(told) => this.end(kept, true, told),
				(error) => this.end(kept, false, inWords(error)),
			)
			.finally(() => this.underWay.delete(ended));
		this.underWay.add(ended);
		return this.toEntry(kept);
	}

	async list(paging: ListParams): Promise<List<TrailEntry>> {
		const toItem = (kept: Kept) => this.toEntry(kept);
		const position = ({ at }: Kept) => [at];
		return page({ collection: this.options.entries, index: "newest", equals: [], position, toItem }, paging);
	}

	/** @throws Refusal TRAIL_ENTRY_NOT_FOUND */
	async get(id: string): Promise<TrailEntry> {
		const kept = await this.options.entries.load(id);
		if (!kept) throw notFound("TRAIL_ENTRY_NOT_FOUND", "There is no such entry in the trail.");
		return this.toEntry(kept);
	}

	/** Resolves when the outcome of all that has begun is written. */
	async stop(): Promise<void> {
		await Promise.all(this.underWay);
	}

	private async doing<Answer>(
		context: Context<object, OperatorMeta>,
		act: (id: string) => Promise<Answer>,
		toOutcome: (answer: Answer) => string,
	): Promise<{ answer: Answer; entry: TrailEntry }> {
		const kept = await this.begin(context);
		try {
			const answer = await act(kept._id);
			return { answer, entry: this.toEntry(await this.end(kept, true, toOutcome(answer))) };
		} catch (error) {
			await this.end(kept, false, inWords(error));
			throw error;
		}
	}

	private async begin({ action, params, meta, requestID }: Context<object, OperatorMeta>): Promise<Kept> {
		const { entries, clock, newId, nodeId, instanceId } = this.options;
		const { by = "another service", name } = meta.operator ?? {};
		const entry: Omit<Kept, "rev"> = {
			_id: newId(),
			at: clock.now(),
			by,
			...(name !== undefined && { name }),
			action: action!.name!,
			params: shownParams(params),
			...(requestID && { requestId: requestID }),
			nodeId,
			instanceId,
		};
		const kept = await entries.save(entry, undefined);
		if (!kept) throw busy("STORE_UNAVAILABLE", "The trail cannot be written now; nothing was done.");
		if (++this.written % TRIM_EVERY === 0) await this.trim();
		return kept;
	}

	/** Never rejects: what was done is done. */
	private async end(kept: Kept, ok: boolean, outcome: string): Promise<Kept> {
		const { entries, clock, logger } = this.options;
		const ended = { ...kept, ok, outcome: outcome.slice(0, 2_000), endedAt: clock.now() };
		try {
			return (await entries.save(ended, kept)) ?? ended;
		} catch (error) {
			logger.warn(`The trail lacks the outcome of ${kept.action} (${outcome})`, error);
			return ended;
		}
	}

	private async trim(): Promise<void> {
		const { entries, logger } = this.options;
		try {
			const newest = await entries.entries("newest", { order: "descending", limit: KEPT + 2 * TRIM_EVERY });
			for (const { _id } of newest.slice(KEPT)) {
				const old = await entries.load(_id);
				if (old) await entries.remove(old);
			}
		} catch (error) {
			logger.warn("Old entries of the trail could not be removed", error);
		}
	}

	private toEntry(kept: Kept): TrailEntry {
		const { _id: id, at, by, name, action, params, requestId, nodeId, instanceId, ok, outcome, endedAt } = kept;
		const isRunning = endedAt === undefined && this.options.isHere(nodeId, instanceId);
		return {
			id,
			at: toRfc3339(at),
			by,
			...(name !== undefined && { name }),
			action,
			params,
			...(requestId !== undefined && { requestId }),
			nodeId,
			status: endedAt !== undefined ? (ok ? "done" : "failed") : isRunning ? "running" : "interrupted",
			...(outcome !== undefined && { outcome }),
			...(endedAt !== undefined && { endedAt: toRfc3339(endedAt) }),
		};
	}
}
