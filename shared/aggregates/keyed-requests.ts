import { createHash } from "node:crypto";
import type { Clock } from "../domain/clock";
import { conflict, fromStored, isRefusal, Refusal, type StoredRefusal, toStored } from "../domain/refusals";
import type { Collection } from "../store/store";
import type { Due } from "./due-work";

/** An answer is kept this long: 24 hours. */
const KEPT_FOR_MS = 24 * 3_600_000;
/** A call that runs for longer is taken for dead; its key is free again. */
const RUNNING_FOR_MS = 10_000;

/** A request with an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07), and its answer. */
export interface KeyedRequest extends Due {
	/** Digest of the request; holds nothing secret. */
	fingerprint: string;
	/** The command runs under this id, so that a repeat after a crash finds the work of the call before. */
	requestId: string;
	/** Start of the call that runs with this key, in milliseconds since 1970; absent while none runs. */
	runningSince?: number;
	answer?: { value: unknown } | { refusal: StoredRefusal };
	dueAt: number;
}

export interface Asked {
	/** The client's key; undefined: the request cannot be repeated. */
	key: string | undefined;
	/** The command, and what it is for: an order, or the customer who places one. The same key means something else in another scope. */
	scope: readonly string[];
	/** The request without secrets. */
	body: unknown;
}

/** The `meta` with which the gateway calls a command that takes a key. */
export interface KeyedMeta {
	/** The client's Idempotency-Key. */
	idempotencyKey?: string;
}

/** Answers a repeated request with its first answer, and lets one call at a time run under a key. */
export class KeyedRequests {
	constructor(
		private readonly requests: Collection<KeyedRequest>,
		private readonly clock: Clock,
		private readonly newId: () => string,
	) {}

	/** @throws Refusal IDEMPOTENCY_KEY_REUSED, REQUEST_IN_PROGRESS, and what `execute` throws */
	async once<Answer>({ key, scope, body }: Asked, execute: (requestId: string) => Promise<Answer>): Promise<Answer> {
		if (key === undefined) return execute(this.newId());
		const id = digest([...scope, key]);
		const request = await this.claim(id, digest(body));
		if (request.answer) return replay<Answer>(request.answer);

		let value: Answer;
		try {
			value = await execute(request.requestId);
		} catch (error) {
			// Where this write fails, the caller is still answered, and the key is free again after RUNNING_FOR_MS.
			await this.finish(request, isFinal(error) ? { refusal: toStored(error) } : undefined).catch(() => undefined);
			throw error;
		}
		await this.finish(request, { value });
		return value;
	}

	/** Removes a request whose time is over. */
	async forget(request: KeyedRequest): Promise<void> {
		await this.requests.remove(request);
	}

	private async claim(id: string, fingerprint: string): Promise<KeyedRequest> {
		const now = this.clock.now();
		const found = await this.requests.load(id);
		// A key whose answer is no longer kept is a new one.
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

	/** Keeps the answer, or frees the key. Where another call has taken the key over, that call's answer counts. */
	private async finish(request: KeyedRequest, answer: KeyedRequest["answer"]): Promise<void> {
		await this.requests.save({ ...request, runningSince: undefined, answer }, request);
	}
}

function inProgress(): Refusal {
	return conflict("REQUEST_IN_PROGRESS", "A request with this Idempotency-Key is under way.", { retryAfterS: 1 });
}

/** Whether a refusal is kept as the answer: not where the shop was busy, or says when to try again. */
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
