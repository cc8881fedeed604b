import type { Database } from "lmdb";
import type { Stored } from "../../../shared/store/store";

/** What a collection keeps in LMDB. */
export interface Databases {
	documents: Database<Thing, string>;
	indexed: Database<true>;
}

export interface Thing extends Stored {
	size: number;
	name: string;
}
