import { randomId } from "../state/random-id";

/** Something that the visitor wants to be done once, such as paying an order, until the shop has answered. A reload keeps it. */
export interface Intent<Body = unknown> {
	/** The Idempotency-Key. */
	key: string;
	body?: Body;
}

/** What the visitor wanted under this name and is not answered yet. */
export function pendingIntent<Body>(name: string): Intent<Body> | undefined {
	try {
		const kept = sessionStorage.getItem(nameOf(name));
		return kept === null ? undefined : (JSON.parse(kept) as Intent<Body>);
	} catch {
		return undefined;
	}
}

/** The same intent again while it is not answered, else a new one. `body` is kept too; a card never is. */
export function intend<Body>(name: string, body?: Body): Intent<Body> {
	const pending = pendingIntent<Body>(name);
	if (pending && JSON.stringify(pending.body) === JSON.stringify(body)) return pending;
	const intent = { key: randomId(26), body };
	try {
		sessionStorage.setItem(nameOf(name), JSON.stringify(intent));
	} catch {
		// Without it, only a reload would make a new one.
	}
	return intent;
}

export function settleIntent(name: string): void {
	try {
		sessionStorage.removeItem(nameOf(name));
	} catch {
		// It was not kept either.
	}
}

function nameOf(name: string): string {
	return `funshop.intent.${name}`;
}
