import { signal } from "@preact/signals";
import { isUndecided, waitFor } from "../rules/retry";
import { ask, type Call, type Refused } from "./asking";
import { intend, settleIntent } from "./intents";

export type SendingState =
	| { at: "idle" | "sending" }
	/** `until` in milliseconds since 1970 of this browser. */
	| { at: "waiting"; why: "busy" | "unreachable"; until: number }
	| { at: "refused"; refused: Refused };

/** Sends a command of the visitor until the shop has decided it, always with the same Idempotency-Key, so that it is done once. */
export class Sending {
	readonly state = signal<SendingState>({ at: "idle" });
	private stopWaiting?: (goOn: boolean) => void;

	/** Resolves with undefined where it was refused or stopped, and at once while another one is under way, as after a double click. */
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
				settleIntent(name);
				this.state.value = { at: "idle" };
				return answered.data;
			}
			const { refused } = answered;
			// The key is that of an earlier try with another card, say, which nobody waits for any more.
			if (refused.code === "IDEMPOTENCY_KEY_REUSED" && failures === 1) {
				settleIntent(name);
				({ key } = intend(name, body));
				continue;
			}
			if (!isUndecided(refused)) {
				settleIntent(name);
				this.state.value = { at: "refused", refused };
				return undefined;
			}
			if (!(await this.wait(refused, failures))) return undefined;
		}
	}

	/** Gives up waiting. The key stays, so that the same command sent later is still done once. */
	stop(): void {
		this.stopWaiting?.(false);
	}

	get isBusy(): boolean {
		return this.state.value.at === "sending" || this.state.value.at === "waiting";
	}

	private async wait(refused: Refused, failures: number): Promise<boolean> {
		const ms = waitFor(refused, failures) * 1_000;
		const why = refused.status === undefined ? "unreachable" : "busy";
		this.state.value = { at: "waiting", why, until: Date.now() + ms };
		const goOn = await new Promise<boolean>((resolve) => {
			this.stopWaiting = resolve;
			setTimeout(resolve, ms, true);
		});
		if (!goOn) this.state.value = { at: "idle" };
		return goOn;
	}
}
