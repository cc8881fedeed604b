import { createHash } from "node:crypto";
import type { Clock } from "../../shared/domain/clock";
import type { Due } from "../../shared/aggregates/due-work";
import { conflict, fromStored, isRefusal, Refusal, type StoredRefusal, toStored } from "../../shared/domain/refusals";
import type { Collection } from "../../shared/store/store";

/** How long an answer is given again: 24 hours. */
const KEPT_FOR_MS = 24 * 3_600_000;
/** A call that runs longer has died, and its key may be used to go on. */
const RUNNING_FOR_MS = 10_000;

/** A request with an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), and its answer. */
export interface KeyedRequest extends Due {
	/** Digest of what was asked; holds nothing secret. */
	fingerprint: string;
	/** What the command does, it does under this id: going on after a crash meets what was done before. */
	requestId: string;
	/** Since when a call with this key runs; absent while none does. */
	runningSince?: number;
	answer?: { value: unknown } | { refusal: StoredRefusal };
	dueAt: number;
}

export interface Asked {
	/** The client's key; undefined: the request is not repeatable. */
	key: string | undefined;
	/** The command and the order that it is for. */
	scope: readonly string[];
	/** What was asked for, without secrets. */
	body: unknown;
}

/** One try at a command. `requestId` names what it does; `renew` gives it another where that one is used up. */
export type Execute<Answer> = (requestId: string, renew: () => Promise<string>) => Promise<Answer>;

/** Gives the first answer again to whoever repeats a request, and lets one call at a time work under a key. */
export class KeyedRequests {
	constructor(
		private readonly requests: Collection<KeyedRequest>,
		private readonly clock: Clock,
		private readonly newId: () => string,
	) {}

	/** @throws Refusal IDEMPOTENCY_KEY_REUSED, REQUEST_IN_PROGRESS, and what `execute` throws */
	async once<Answer>({ key, scope, body }: Asked, execute: Execute<Answer>): Promise<Answer> {
		if (key === undefined) return execute(this.newId(), async () => this.newId());
		const id = digest([...scope, key]);
		const claimed = await this.claim(id, digest(body));
		if (claimed.answer) return replay<Answer>(claimed.answer);

		let request = claimed;
		const renew = async () => {
			const renewed = await this.requests.save({ ...request, requestId: this.newId() }, request);
			if (!renewed) throw inProgress();
			request = renewed;
			return request.requestId;
		};
		let value: Answer;
		try {
			value = await execute(request.requestId, renew);
		} catch (error) {
			// Where that cannot be written, the answer stands all the same, and the key is free when its call counts as dead.
			await this.finish(request, isFinal(error) ? { refusal: toStored(error) } : undefined).catch(() => undefined);
			throw error;
		}
		await this.finish(request, { value });
		return value;
	}

	/** Removes a request whose answer is no longer kept. */
	async forget(request: KeyedRequest): Promise<void> {
		await this.requests.remove(request);
	}

	private async claim(id: string, fingerprint: string): Promise<KeyedRequest> {
		const now = this.clock.now();
		const found = await this.requests.load(id);
		// A key that nobody has used for as long as answers are kept is a new one.
		const known = found && found.dueAt > now ? found : undefined;
		if (known && known.fingerprint !== fingerprint) {
			throw new Refusal("invalid", "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for a different request.");
		}
		if (known?.answer) return known;
		if (known?.runningSince !== undefined && Math.abs(now - known.runningSince) < RUNNING_FOR_MS) throw inProgress();
		const requestId = known?.requestId ?? this.newId();
		const claim = { _id: id, fingerprint, requestId, runningSince: now, dueAt: now + KEPT_FOR_MS };
		const claimed = await this.requests.save(claim, found);
		if (!claimed) throw inProgress();
		return claimed;
	}

	/** Keeps the answer, or frees the key to go on. Where another call has taken over, it is that one's answer that counts. */
	private async finish(request: KeyedRequest, answer: KeyedRequest["answer"]): Promise<void> {
		await this.requests.save({ ...request, runningSince: undefined, answer }, request);
	}
}

function inProgress(): Refusal {
	return conflict("REQUEST_IN_PROGRESS", "A request with this Idempotency-Key is under way.", { retryAfterS: 1 });
}

/** Whether asking again would be answered the same: not where the shop was busy, or says itself when to try again. */
function isFinal(error: unknown): error is Refusal {
	return isRefusal(error) && error.code >= 400 && error.code < 500 && error.data?.retryAfterS === undefined;
}

function replay<Answer>(answer: NonNullable<KeyedRequest["answer"]>): Answer {
	if ("refusal" in answer) throw fromStored(answer.refusal);
	return answer.value as Answer;
}

/** SHA-256 of a JSON value, whatever the order of its fields. */
function digest(value: unknown): string {
	const sortFields = (_: string, part: unknown) =>
		part && typeof part === "object" && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
			: part;
	return createHash("sha256").update(JSON.stringify(value, sortFields)).digest("base64url");
}
