import { signal } from "@preact/signals";
import { isUndecided, mayBeDone, waitFor } from "../../shared/rules/retry";
import { ask, type Call, type Refused } from "../../shared/asking";
import { holdIntent, intend, settleIntent } from "./intents";

export type SendingState =
	| { at: "idle" | "sending" }
	/** `until` in milliseconds since 1970 of this browser. */
	| { at: "waiting"; why: "busy" | "unreachable"; until: number }
	| { at: "refused"; refused: Refused };

/** How a wait ended: it was over, the visitor stopped it, or left the page. */
type Waited = "over" | "stopped" | "left";

/** Sends a command of the visitor until the shop has decided it, always with the same Idempotency-Key, so that it is done once. */
export class Sending {
	readonly state = signal<SendingState>({ at: "idle" });
	/** Whether the visitor has left the page that sends. */
	hasLeft = false;
	private endWaiting?: (how: Waited) => void;

	/**
	 * Resolves with undefined where it was refused or stopped, or left before it was decided, and at once while another one is under way, as after a
	 * double click.
	 */
	async send<Data>(
		name: string,
		body: unknown,
		call: (key: string) => ReturnType<Call<Data>>,
	): Promise<Data | undefined> {
		if (this.isBusy) return undefined;
		let { key } = intend(name, body);
		for (let failures = 1; ; failures++) {
			this.state.value = { at: "sending" };
			const answered = await ask(() => call(key));
			if ("data" in answered) {
				settleIntent(name, key);
				this.state.value = { at: "idle" };
				return answered.data;
			}
			const { refused } = answered;
			// The key is that of an earlier try with another card, say, which nobody waits for any more.
			if (refused.code === "IDEMPOTENCY_KEY_REUSED" && failures === 1) {
				settleIntent(name, key);
				({ key } = intend(name, body));
				continue;
			}
			if (!isUndecided(refused)) {
				if (mayBeDone(refused)) holdIntent(name, key);
				else settleIntent(name, key);
				this.state.value = { at: "refused", refused };
				return undefined;
			}
			const waited = await this.wait(refused, failures);
			if (waited === "stopped") holdIntent(name, key);
			if (waited !== "over") return undefined;
		}
	}

	/** Gives up waiting, for good. The key stays, so that the same command sent later by the visitor is still done once. */
	stop(): void {
		this.endWaiting?.("stopped");
	}

	/** Sends nothing again from now on, as the visitor leaves the page. The intent stays, and may be resumed there. */
	leave(): void {
		this.hasLeft = true;
		this.endWaiting?.("left");
	}

	get isBusy(): boolean {
		return this.state.value.at === "sending" || this.state.value.at === "waiting";
	}

	private async wait(refused: Refused, failures: number): Promise<Waited> {
		if (this.hasLeft) return "left";
		const ms = waitFor(refused, failures) * 1_000;
		const why = refused.status === undefined ? "unreachable" : "busy";
		this.state.value = { at: "waiting", why, until: Date.now() + ms };
		const waited = await new Promise<Waited>((resolve) => {
			this.endWaiting = resolve;
			setTimeout(resolve, ms, "over");
		});
		if (waited !== "over") this.state.value = { at: "idle" };
		return waited;
	}
}
