import { join } from "node:path";
import { systemClock } from "../../../shared/domain/clock";
import { EmbeddedEventBus } from "../../../shared/events/embedded/embedded-bus";
import { RETRY_POLICY } from "../../../shared/events/retry-policy";
import { LmdbStore } from "../../../shared/store/lmdb/lmdb-store";
import { StoreAdapter } from "../../../shared/store/moleculer-db-adapter";
import type { ShopParts } from "../../../shop";
import { temporaryEnvironment } from "../store/environment";
import { silentLogger } from "../world";

/**
 * A bus and stores with an environment for each service in this folder, and events that are published from their documents: as those of a cluster, and
 * as versions up to 0.4.0 had them in one process.
 */
export function partsApart(folder: string): Required<Pick<ShopParts, "openStore">> & { bus: EmbeddedEventBus } {
	const environmentIn = (name: string) => temporaryEnvironment(join(folder, name));
	const options = { retryPolicy: RETRY_POLICY, clock: systemClock, logger: silentLogger };
	return {
		bus: new EmbeddedEventBus({ environment: environmentIn("events"), ...options }),
		openStore: (name, collections) =>
			new StoreAdapter(new LmdbStore({ environment: environmentIn(name), collections }), collections),
	};
}
