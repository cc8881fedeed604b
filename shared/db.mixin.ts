import type { ServiceSchema } from "moleculer";
import DbService from "moleculer-db";
import type { LmdbAdapter } from "./lmdb-adapter";

/**
 * moleculer-db for a service's store: it connects before the service starts and disconnects after it stopped. Its own actions
 * are left out, because they let any caller read and write any document.
 */
export function dbMixin(adapter: LmdbAdapter): Partial<ServiceSchema> {
	return { mixins: [{ ...(DbService as unknown as ServiceSchema), actions: {} }], adapter } as Partial<ServiceSchema>;
}
