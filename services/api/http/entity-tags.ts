import type { IncomingMessage } from "node:http";
import { malformed } from "../../../shared/domain/refusals";

/** An entity tag (RFC 9110, 8.8.3) up to its comma, or nothing: recipients accept empty elements of a list. */
const LISTED_TAG = /^[ \t]*(?:((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*)?(?:,|$)/;

/** The strong entity tag of an answer at this version. */
export function tagOf(version: number): string {
	return `"${version}"`;
}

/**
 * The versions that `If-Match` names (RFC 9110, 13.1.1). Undefined where any version will do: without the header, and for `*`, as a change of what
 * does not exist is refused anyway. Weak tags, and tags that the shop never gave, match no version.
 * @throws Refusal INVALID_IF_MATCH
 */
export function readIfMatch({ headers }: IncomingMessage): number[] | undefined {
	const given = headers["if-match"];
	if (given === undefined || given === "*") return undefined;
	const tags = listedTags(given);
	if (!tags || tags.length === 0) {
		throw malformed("INVALID_IF_MATCH", 'If-Match: entity tags as in ETag, such as "7", with commas between, or *');
	}
	return tags.flatMap((tag) => versionOf(tag) ?? []);
}

/** Undefined where the text is not a list of entity tags. */
function listedTags(text: string): string[] | undefined {
	const tags: string[] = [];
	for (let rest = text; rest !== "";) {
		const listed = LISTED_TAG.exec(rest);
		if (!listed) return undefined;
		if (listed[1] !== undefined) tags.push(listed[1]);
		rest = rest.slice(listed[0].length);
	}
	return tags;
}

function versionOf(tag: string): number | undefined {
	const [, version] = /^"([1-9][0-9]{0,14})"$/.exec(tag) ?? [];
	return version === undefined ? undefined : Number(version);
}
