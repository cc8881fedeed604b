import { hash } from "node:crypto";

interface Encoded {
	json: string;
	/** Made once it is asked for. */
	tag?: string;
}

/** By answer of a service: an answer that is given again is encoded once. */
const encoded = new WeakMap<object, Encoded>();

/** The JSON of an answer, which nobody may change afterwards. */
export function jsonOf(answer: object): string {
	return encode(answer).json;
}

/** The weak entity tag of an answer's JSON (RFC 9110, 8.8.3): compressed, it has the same. */
export function weakTagOf(answer: object): string {
	const known = encode(answer);
	return (known.tag ??= `W/"${hash("sha256", known.json, "base64url")}"`);
}

function encode(answer: object): Encoded {
	const known = encoded.get(answer);
	if (known) return known;
	const made = { json: JSON.stringify(answer) };
	encoded.set(answer, made);
	return made;
}
