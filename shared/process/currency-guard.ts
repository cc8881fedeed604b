import type { Middleware } from "moleculer";
import { currenciesIn } from "../domain/money";
import { busy, errorType } from "../domain/refusals";
import { StartError } from "../domain/start-error";
import type { Collection, Indexes, Store, Stored } from "../store/store";
import { waitUntilThere } from "../timing/wait-until-there";

/** A folder or database that holds documents of the shop. */
export interface Place {
	/** For the operator; names no secrets. */
	name: string;
	/** Opens a store there; the guard connects and disconnects it. */
	open(store: string, collections: Readonly<Record<string, Indexes>>): Store;
	/** Data of earlier versions, which recorded no currency, is in the currency of the first document of these. */
	prices: readonly PricedCollection[];
}

export interface PricedCollection {
	store: string;
	collection: string;
}

interface Recorded extends Stored {
	currency: string;
}

const STORE = "shop";
const SETTINGS = "settings";
const ID = "currency";

/**
 * A middleware that lets a process start only in the currency of its data: amounts of another currency would be added to those that are stored.
 * The first start records its currency in each place, and the first of several decides. Nothing is recorded anywhere where one place refuses.
 */
export function currencyGuard(currency: string, places: readonly Place[]): Middleware {
	let isStopping = false;
	const opened: Store[] = [];

	async function check(): Promise<void> {
		const settings: Array<Collection<Recorded>> = [];
		for (const place of places) {
			const store = place.open(STORE, { [SETTINGS]: {} });
			opened.push(store);
			await store.connect();
			settings.push(store.collection(SETTINGS));
		}
		for (const [index, place] of places.entries()) {
			refuseOther(place, (await settings[index]!.load(ID))?.currency ?? (await currencyOf(place)));
		}
		for (const [index, place] of places.entries()) refuseOther(place, await record(settings[index]!, currency));
	}

	function refuseOther({ name }: Place, found: string | undefined): void {
		if (found === undefined || found === currency) return;
		throw new StartError(
			`CURRENCY is ${currency}, but the data in ${name} is in ${found}; set CURRENCY=${found}, or name another place for new data`,
		);
	}

	const close = () => Promise.all(opened.splice(0).map((store) => store.disconnect()));
	return {
		name: "CurrencyGuard",
		async starting() {
			await waitUntilThere({
				attempt: () => check().finally(close),
				isOver: () => isStopping,
				// The store was there when it connected; its next connect waits, and logs that.
				onFailure: (error) => {
					if (errorType(error) !== "STORE_UNAVAILABLE") throw error;
				},
			});
		},
		async stopping() {
			isStopping = true;
			await close();
		},
	} as Middleware;
}

/** Resolves with the currency that was recorded first: this one, or that of another process. @throws Refusal STORE_UNAVAILABLE */
async function record(settings: Collection<Recorded>, currency: string): Promise<string> {
	const recorded =
		(await settings.load(ID)) ?? (await settings.save({ _id: ID, currency }, undefined)) ?? (await settings.load(ID));
	// A majority of a replica set may not have the other process's insert yet.
	if (!recorded) throw busy("STORE_UNAVAILABLE", "The shop's currency cannot be read yet.");
	return recorded.currency;
}

/** The currency of the first document with a price; undefined where there is none. */
async function currencyOf({ open, prices }: Place): Promise<string | undefined> {
	for (const { store: name, collection } of prices) {
		const store = open(name, { [collection]: {} });
		try {
			await store.connect();
			for await (const document of store.collection(collection).all()) {
				const [currency] = currenciesIn(document);
				if (currency !== undefined) return currency;
			}
		} finally {
			await store.disconnect();
		}
	}
	return undefined;
}
