import { setTimeout as sleep } from "node:timers/promises";
import { Aggregates } from "../../shared/aggregates/aggregates";
import { LogThrottle } from "../../shared/timing/log-throttle";
import { busy, conflict, isTransient } from "../../shared/domain/refusals";
import type { Collection } from "../../shared/store/store";
import {
	generationsIn,
	IN_GENERATIONS,
	type InGeneration,
	removeGeneration,
	View,
	type ViewOptions,
} from "./customer.generations";
import { isOrderEvent, type OrderEvent, type OrderView, type ProductEvent } from "./customer.rules";
import { type Shown, ShownGeneration } from "./customer.shown";
import { type FeedState, tell } from "./feed.rules";
import type { Saved } from "../../shared/aggregates/aggregate";

/** Events that a rebuild folds at a time. */
const CHUNK = 64;
const OPEN_AGAIN_AFTER_MS = 250;
/** How often a read or a fold begins anew because another view is shown meanwhile. */
const MAX_TRIES = 10;
/** A rebuild that has not said for this long that it goes on is taken for dead. */
const LEASE_MS = 6_000;

export interface ViewsOptions extends ViewOptions {
	newId(): string;
	leaseMs?: number;
}

/** The view that is shown, its customers' feeds, and how the view is rebuilt; for many processes on one store. */
export class Views {
	readonly feeds: Collection<Saved<FeedState>>;
	private readonly toldFeeds: Aggregates<FeedState, never>;
	private readonly shown: ShownGeneration;
	private readonly views = new Map<string, View>();
	/** What is under way, and uses the store. */
	private readonly uses = new Set<Promise<unknown>>();
	private readonly leaseMs: number;
	private tidier: NodeJS.Timeout | undefined;
	private tidying: Promise<void> | undefined;
	private closed = false;

	constructor(private readonly options: ViewsOptions) {
		const { store, clock, leaseMs = LEASE_MS } = options;
		this.feeds = store.collection("feeds");
		this.toldFeeds = new Aggregates({ collection: this.feeds, clock });
		this.shown = new ShownGeneration(store);
		this.leaseMs = leaseMs;
	}

	/** Opens the view that is shown, and begins to look for what rebuilds left. Waits while the store is away. */
	async open(): Promise<void> {
		this.closed = false;
		const warnings = new LogThrottle();
		for (;;) {
			try {
				await this.shown.open(this.options.newId());
				break;
			} catch (error) {
				if (!isTransient(error)) throw error;
				const line = "My page waits for its store";
				if (warnings.allows(line)) this.options.logger.warn(line, error);
				await sleep(OPEN_AGAIN_AFTER_MS);
				if (this.closed) throw error;
			}
		}
		this.tidier ??= setInterval(() => this.tidy(), this.leaseMs / 2);
	}

	/** Waits for what is under way; a rebuild ends where it is. */
	async close(): Promise<void> {
		this.closed = true;
		clearInterval(this.tidier);
		this.tidier = undefined;
		await this.tidying;
		await Promise.allSettled(this.uses);
	}

	/**
	 * Reads the view that is shown. `look` is called again where another one is shown by the time it is done, as what it saw may have been
	 * removed under its hands.
	 * @throws Refusal VIEW_CHANGING
	 */
	read<Answer>(look: (view: View) => Promise<Answer>): Promise<Answer> {
		return this.use(async () => {
			for (let tries = 0; tries < MAX_TRIES; tries++) {
				const { generation } = this.shown.last;
				const answer = await look(this.view(generation));
				if ((await this.shown.look()).generation === generation) return answer;
			}
			throw changing();
		});
	}

	/**
	 * Takes an event into the view that is shown, and into the one that gets ready, and tells it in its customer's feed. Resolves with
	 * the customer whose page it is on, if any.
	 * @throws Refusal VIEW_CHANGING
	 */
	fold(event: OrderEvent | ProductEvent): Promise<string | undefined> {
		return this.use(async () => {
			let isNew = false;
			for (let tries = 0; tries < MAX_TRIES; tries++) {
				const { generation, next } = this.shown.last;
				const [folded] = await Promise.all([
					this.view(generation).fold(event),
					next && this.view(next.generation).fold(event),
				]);
				isNew ||= folded.isNew;
				const now = await this.shown.look();
				if (now.generation !== generation || now.next?.generation !== next?.generation) continue;
				return isOrderEvent(event) ? this.tellCustomer(folded.order, event, isNew) : undefined;
			}
			throw changing();
		});
	}

	/**
	 * Folds all of `history` into a new generation, while new events go into both, and then shows that one.
	 *
	 * No event is missing from it, whatever other processes do or know: `history` is asked for only after everybody can see the flag. A fold
	 * looks at the flag after its write, by when its event was told. If it sees no flag, its event was told before there was one, and is in the
	 * history; if it sees one, it folds into the flagged generation as well before the event counts as acted on. A generation that lost its flag
	 * cannot be shown, as both are in the same conditional write; and one that is neither shown nor flagged never will be, so anybody
	 * may remove it at any time, also who was frozen in the middle of that.
	 *
	 * Where this fails or dies, the old view stays, and what there is of the new one is removed by whoever finds it.
	 * @throws Refusal REBUILD_RUNNING, VIEW_CHANGING
	 */
	rebuild(history: () => AsyncIterable<OrderEvent | ProductEvent>): Promise<{ orders: number; events: number }> {
		return this.use(async () => {
			let held = await this.flag();
			const goesOn = async () => {
				if (this.shown.unchangedForMs() < this.leaseMs / 4) return;
				held = (await this.shown.change(held, held)) ?? lost();
			};
			try {
				const next = this.view(held.next!.generation);
				const events = await this.forEach(history(), (event) => next.fold(event), goesOn);
				let orders = 0;
				const count = async ({ customerId }: OrderView) => void (customerId !== undefined && orders++);
				await this.forEach(next.orders.all(), count, goesOn);
				held = (await this.shown.change({ generation: next.generation }, held)) ?? lost();
				return { orders, events };
			} catch (error) {
				// Where this does not succeed, the flag is taken down by who sees it stand still.
				await this.shown.change({ generation: held.generation }, held).catch(() => undefined);
				throw error;
			} finally {
				this.tidy();
			}
		});
	}

	/** Flags a new generation, unless there is a flag already: also that of a dead rebuild is there until somebody takes it down. */
	private async flag(): Promise<Shown> {
		const next = { generation: this.options.newId() };
		for (let tries = 0; tries < MAX_TRIES; tries++) {
			const now = await this.shown.look();
			if (now.next) throw conflict("REBUILD_RUNNING", "The view is being rebuilt already.");
			// Who removes what rebuilds left may write first.
			const flagged = await this.shown.change({ generation: now.generation, next }, now);
			if (flagged) return flagged;
		}
		throw changing();
	}

	/** Takes down the flag of a dead rebuild, and removes every generation that is neither shown nor flagged, unless that is under way. */
	private tidy(): void {
		if (this.closed) return;
		this.tidying ??= this.removeLeft()
			.catch((error) => this.options.logger.warn("What rebuilds left could not be removed and is tried again", error))
			.finally(() => (this.tidying = undefined));
	}

	private async removeLeft(): Promise<void> {
		const now = await this.shown.look();
		const standsStill = this.shown.unchangedForMs() > this.leaseMs;
		if (now.next && standsStill) await this.shown.change({ generation: now.generation }, now);
		for (const name of IN_GENERATIONS) {
			const documents = this.options.store.collection<InGeneration>(name);
			for await (const generation of generationsIn(documents)) {
				// It has documents, so it was shown or flagged before this look.
				const seen = await this.shown.look();
				// A rebuild counts on being the only one that writes what is shown.
				if (generation === seen.generation || seen.next) continue;
				// What a look has shown a killed database may lose, and an old primary not know: a write on top of it proves that it is so.
				if (!(await this.shown.change({ generation: seen.generation }, seen))) return;
				await removeGeneration(documents, generation, () => this.closed);
			}
		}
	}

	private async tellCustomer(
		order: Saved<OrderView> | undefined,
		event: OrderEvent,
		isNew: boolean,
	): Promise<string | undefined> {
		const customerId = order?.customerId;
		if (customerId !== undefined) {
			await this.toldFeeds.change(customerId, (feed) => tell(feed, order!, event, isNew));
		}
		return customerId;
	}

	private view(generation: string): View {
		let view = this.views.get(generation);
		if (!view) {
			const { generation: shown, next } = this.shown.last;
			for (const other of this.views.keys()) {
				if (other !== shown && other !== next?.generation) this.views.delete(other);
			}
			view = new View(generation, this.options);
			this.views.set(generation, view);
		}
		return view;
	}

	private async use<Answer>(work: () => Promise<Answer>): Promise<Answer> {
		const working = work();
		this.uses.add(working);
		try {
			return await working;
		} finally {
			this.uses.delete(working);
		}
	}

	/** Does the work for some items at a time, so that they share writes, and `goesOn` after each of these. Resolves with how many there were. */
	private async forEach<Item>(
		items: AsyncIterable<Item>,
		work: (item: Item) => Promise<unknown>,
		goesOn: () => Promise<void>,
	): Promise<number> {
		let done = 0;
		let chunk: Item[] = [];
		const workOnChunk = async () => {
			if (this.closed) throw busy("SERVICE_STOPPING", "The service stops.");
			await Promise.all(chunk.map(work));
			await goesOn();
			done += chunk.length;
			chunk = [];
		};
		for await (const item of items) if (chunk.push(item) === CHUNK) await workOnChunk();
		await workOnChunk();
		return done;
	}
}

function changing(): Error {
	return busy("VIEW_CHANGING", "Another view is being shown just now.");
}

function lost(): never {
	throw conflict("REBUILD_RUNNING", "The rebuild stood still for too long, and was taken for dead.");
}
