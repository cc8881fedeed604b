import { randomId } from "../../shared/state/random-id";
import type { Intent } from "../rules/intent";

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
	const isSame = pending && JSON.stringify(pending.body) === JSON.stringify(body);
	const intent = isSame ? { ...pending, isHeld: false } : { key: randomId(26), body, since: Date.now() };
	keep(name, intent);
	return intent;
}

/** Lets the intent be sent again only where the visitor says so. Its key stays, so that it is still done once. */
export function holdIntent(name: string, key: string): void {
	const pending = pendingIntent(name);
	if (pending?.key === key) keep(name, { ...pending, isHeld: true });
}

/** Forgets the intent, unless the visitor wants something else under this name by now. */
export function settleIntent(name: string, key: string): void {
	try {
		if (pendingIntent(name)?.key === key) sessionStorage.removeItem(nameOf(name));
	} catch {
		// It was not kept either.
	}
}

function keep(name: string, intent: Intent): void {
	try {
		sessionStorage.setItem(nameOf(name), JSON.stringify(intent));
	} catch {
		// Without it, only a reload would make a new one.
	}
}

function nameOf(name: string): string {
	return `funshop.intent.${name}`;
}
