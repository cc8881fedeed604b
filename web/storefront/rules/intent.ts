/** Something that the visitor wants to be done once, such as paying an order, until the shop has answered. A reload keeps it. */
export interface Intent<Body = unknown> {
	/** The Idempotency-Key. */
	key: string;
	body?: Body;
	/** When it was wanted first, in milliseconds since 1970 of this browser. */
	since: number;
	/** It is sent again only where the visitor says so. */
	isHeld?: boolean;
}

/** An older intent is forgotten by the visitor, if not yet by the shop, which keeps a key for a day. */
const RESUMED_FOR_MS = 15 * 60_000;

/** Whether a page that is loaded again sends the intent of this customer by itself. @param now in milliseconds since 1970 */
export function isResumed(
	{ body, since, isHeld }: Intent<{ customerId: string }>,
	customerId: string,
	now: number,
): boolean {
	return !isHeld && body?.customerId === customerId && now - since < RESUMED_FOR_MS;
}
