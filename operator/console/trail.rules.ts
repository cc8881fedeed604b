/** Text of people, in which a card number may be by mistake. */
const FREE_TEXT = new Set(["name", "description", "imageUrl", "reason"]);
const LONGEST = 200;

/** The params of a doing as the trail keeps them: long text is cut, and what looks like a card number is taken out of free text. */
export function shownParams(params: object): Record<string, unknown> {
	return Object.fromEntries(Object.entries(params).map(([field, value]) => [field, shown(field, value)]));
}

function shown(field: string, value: unknown): unknown {
	if (typeof value !== "string") return value;
	const text = FREE_TEXT.has(field) ? withoutCards(value) : value;
	return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Text without runs of 12 digits or more, with spaces and dashes between them or not. */
export function withoutCards(text: string): string {
	return text.replaceAll(/[0-9](?:[ -]*[0-9]){11,}/g, "…");
}
