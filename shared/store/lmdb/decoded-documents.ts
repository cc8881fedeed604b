import type { Stored } from "../store";
import { perCollection } from "./per-collection";

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
		if (this.documents.size > KEPT) this.documents.delete(this.documents.keys().next().value!);
	}

	delete(id: string): void {
		this.documents.delete(id);
	}
}

/** The kept documents of a collection. */
export const decodedOf = perCollection(() => new DecodedDocuments<Stored>());
