import addFormats from "ajv-formats";
import Ajv, { type ErrorObject } from "ajv";

/** Validates messages against an AsyncAPI document's schema of their channel. */
export function messagesOf(document: any) {
	const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
	const byAddress = new Map(
		Object.entries<any>(document.channels).map(([type, { address }]) => {
			const { payload, headers } = document.components.messages[type];
			return [address as string, { payload: ajv.compile(payload), headers: ajv.compile(headers) }];
		}),
	);
	return {
		addresses: [...byAddress.keys()],
		problemsOf(address: string, payload: unknown, headers?: unknown): ErrorObject[] | string {
			const message = byAddress.get(address);
			if (!message) return `there is no channel ${address}`;
			const problems = message.payload(payload) ? [] : message.payload.errors!;
			return headers === undefined || message.headers(headers) ? problems : [...problems, ...message.headers.errors!];
		},
	};
}
