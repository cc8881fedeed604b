import type { ServiceSchema } from "moleculer";
import DbService from "moleculer-db";
import type { StoreAdapter } from "./store-adapter";

/**
 * moleculer-db for a service's store: it connects before the service starts and disconnects after it stopped. Its own actions
 * are left out, because they let any caller read and write any document.
 */
export function dbMixin(adapter: StoreAdapter): Partial<ServiceSchema> {
	const db: ServiceSchema = {
		...(DbService as unknown as ServiceSchema),
		actions: {},
		// A store waits by itself where its database is not there yet; moleculer-db's own start would go on trying after the service stopped.
		async started() {
			await this.connect();
		},
	};
	return { mixins: [db], adapter } as Partial<ServiceSchema>;
}
