import type { RootDatabase } from "lmdb";

/**
 * Keeps one object for each collection of an opened environment: all stores of this process that use the collection share it. It ends when the
 * environment is closed.
 */
export function perCollection<Kept>(make: () => Kept): (opened: RootDatabase, collection: string) => Kept {
	const byEnvironment = new WeakMap<RootDatabase, Map<string, Kept>>();
	return (opened, collection) => {
		const ofEnvironment = byEnvironment.get(opened) ?? new Map<string, Kept>();
		const kept = ofEnvironment.get(collection) ?? make();
		byEnvironment.set(opened, ofEnvironment.set(collection, kept));
		return kept;
	};
}
