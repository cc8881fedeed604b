const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

/** A random id of letters and digits that are not taken for one another. Works also where crypto.randomUUID is missing: on http without TLS. */
export function randomId(length: number): string {
	const bytes = crypto.getRandomValues(new Uint8Array(length));
	return Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join("");
}
