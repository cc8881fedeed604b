import type { Collection, Stored } from "../../../shared/store/store";

export type Operation = "load" | "save" | "remove" | "query";

/** The collection with `act` in place of each of its operations; `act` gets the operation's work, and does it or not. */
export function wrapped<D extends Stored>(
	collection: Collection<D>,
	act: <Answer>(operation: Operation, work: () => Promise<Answer>) => Promise<Answer>,
): Collection<D> {
	return {
		load: (id) => act("load", () => collection.load(id)),
		save: (...change) => act("save", () => collection.save(...change)),
		remove: (previous) => act("remove", () => collection.remove(previous)),
		query: (index, query) => act("query", () => collection.query(index, query)),
		entries: (index, query) => act("query", () => collection.entries(index, query)),
		all: () => collection.all(),
	};
}
