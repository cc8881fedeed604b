import type { Document } from "mongodb";
import type { IndexValue, Query } from "../store";

/** The prefix of the store's own fields. */
export const MARKER = "_in_";

/** The field that marks the documents of an index. */
export function markerOf(index: string): string {
	return `${MARKER}${index}`;
}

/** The filter of a query on the index of these fields. @throws TypeError where a value is neither a string nor a number */
export function filterOf(
	index: string,
	fields: readonly string[],
	{ equals = [], from, until, order, after }: Query,
): Document {
	// MongoDB would take an object for an operator.
	const invalid = [...equals, from, until, ...(after ?? [])].find(
		(value) => value !== undefined && !isIndexValue(value),
	);
	if (invalid !== undefined)
		throw new TypeError(`index "${index}" was queried with a value that is neither a string nor a number`);
	const next = fields[equals.length];
	// The position also bounds the next field, so that MongoDB does not scan the entries before it.
	const [low, high] = order === "descending" ? [from, after?.[0] ?? until] : [after?.[0] ?? from, until];
	const bounds = { ...(low !== undefined && { $gte: low }), ...(high !== undefined && { $lte: high }) };
	return {
		// The last field, which selects the fewest documents, comes first.
		...Object.fromEntries(equals.map((value, place) => [fields[place]!, value] as const).reverse()),
		[markerOf(index)]: true,
		...(next !== undefined && Object.keys(bounds).length > 0 && { [next]: bounds }),
		...(after && {
			$or: behind([...fields.slice(equals.length), "_id"], after, order === "descending" ? "$lt" : "$gt"),
		}),
	};
}

/** The filter for "after this position": greater in the first field, or equal there and greater in the second, and so on. */
function behind(fields: readonly string[], after: readonly IndexValue[], operator: "$lt" | "$gt"): Document[] {
	return after.map((value, place) => ({
		...Object.fromEntries(after.slice(0, place).map((same, before) => [fields[before]!, same])),
		[fields[place]!]: { [operator]: value },
	}));
}

function isIndexValue(value: unknown): value is IndexValue {
	return typeof value === "string" || typeof value === "number";
}
