import { createHmac } from "node:crypto";
import type { Config } from "../../config";
import type { Clock } from "../../shared/domain/clock";
import type { Notification } from "./notification.schemas";

const WEBHOOK_DEADLINE_MS = 5_000;

/** A way to reach customers. */
export interface Channel {
	/**
	 * Resolves once the channel has taken the message. Where the process dies before it has saved that, the message is sent again, with
	 * the same id.
	 * @throws Error whose message names no secret
	 */
	send(message: Notification): Promise<void>;
}

/** Opens the webhook. Undefined where none is configured: customers read their messages in the shop. */
export function openChannel({ webhook }: Pick<Config, "webhook">, clock: Clock): Channel | undefined {
	return webhook && webhookChannel(webhook, clock);
}

/** Posts messages as https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md says. */
function webhookChannel({ url, secret }: { url: string; secret: string }, clock: Clock): Channel {
	return {
		async send(message) {
			const body = JSON.stringify({ type: message.type, timestamp: message.createdAt, data: message });
			const timestamp = Math.floor(clock.now() / 1_000);
			const headers = {
				"Content-Type": "application/json",
				"Webhook-Id": message.id,
				"Webhook-Timestamp": String(timestamp),
				"Webhook-Signature": sign(secret, `${message.id}.${timestamp}.${body}`),
			};
			const signal = AbortSignal.timeout(WEBHOOK_DEADLINE_MS);
			// A redirect would carry the message to an address that is not configured.
			const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal }).catch(unreachable);
			// The body is not needed, but the connection is not free again before it is read or cancelled.
			await answer.body?.cancel();
			if (!answer.ok) throw new Error(`the webhook answered ${answer.status}`);
		},
	};
}

/** A secret that begins with `whsec_` is the base64 of the key, any other is the key. */
function sign(secret: string, content: string): string {
	const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : secret;
	return `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
}

/** Replaces fetch's own message, which may contain the URL, and with it a password. */
function unreachable(error: Error & { cause?: { code?: string } }): never {
	throw new Error(`the webhook cannot be reached (${error.cause?.code ?? error.name})`);
}
