import type { Stored } from "../store";

/** Documents of a collection that are kept: a page shows 20 products, and an order is read about ten times while it is paid. */
const KEPT = 256;

/** The documents of a collection that were used last, decoded. A reader compares the revision of a document with that in the store. */
export class DecodedDocuments<D extends Stored> {
	private readonly documents = new Map<string, D>();

	get(id: string): D | undefined {
		const document = this.documents.get(id);
		if (document) this.set(document);
		return document;
	}

	set(document: D): void {
		this.documents.delete(document._id);
		this.documents.set(document._id, document);
		for (const oldest of this.documents.keys()) {
			if (this.documents.size <= KEPT) return;
			this.documents.delete(oldest);
		}
	}

	delete(id: string): void {
		this.documents.delete(id);
	}
}
