import type { RootDatabase } from "lmdb";
import type { Stored } from "../store";

/** Documents of a collection that are kept: a page shows 20 products, and an order is read about ten times while it is paid. */
const KEPT = 256;

/**
 * The documents of a collection that were used last, decoded. Where other processes write the store, a reader compares the revision of a document with
 * that in the store.
 */
export class DecodedDocuments<D extends Stored> {
	private readonly documents = new Map<string, D>();

	get(id: string): D | undefined {
		const document = this.documents.get(id);
		if (document) this.set(document);
		return document;
	}

	/** Keeps a document, unless a later revision of it is known. */
	set(document: D): void {
		const known = this.documents.get(document._id);
		this.documents.delete(document._id);
		this.documents.set(document._id, known && known.rev >= document.rev ? known : document);
		for (const oldest of this.documents.keys()) {
			if (this.documents.size <= KEPT) return;
			this.documents.delete(oldest);
		}
	}

	delete(id: string): void {
		this.documents.delete(id);
	}
}

/** By opened environment and name of a collection. */
const all = new WeakMap<RootDatabase, Map<string, DecodedDocuments<Stored>>>();

/** The kept documents of a collection: the same for all stores of this process that use it. They end when the environment is closed. */
export function decodedOf<D extends Stored>(opened: RootDatabase, collection: string): DecodedDocuments<D> {
	const ofEnvironment = all.get(opened) ?? new Map<string, DecodedDocuments<Stored>>();
	const decoded = ofEnvironment.get(collection) ?? new DecodedDocuments<Stored>();
	all.set(opened, ofEnvironment.set(collection, decoded));
	return decoded as DecodedDocuments<Stored> as DecodedDocuments<D>;
}
