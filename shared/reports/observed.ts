import type { ServiceBroker } from "moleculer";
import type { DataLoad } from "../aggregates/service-data";

/** The requests of a gateway; see `services/api/http/admission.ts`. */
export interface AdmissionState {
	limit: number;
	orderLimit: number;
	underWay: number;
	orders: number;
	refused: number;
	streams: number;
}

/** What services let operators see of their insides. */
export interface Observed {
	/** By service. A service that is started again replaces its earlier entry. */
	data: Map<string, { load(): Promise<DataLoad> }>;
	admission?: () => AdmissionState;
}

const observed = new WeakMap<ServiceBroker, Observed>();

/** What the services of this process let operators see. */
export function observedOf(broker: ServiceBroker): Observed {
	const found = observed.get(broker) ?? { data: new Map() };
	observed.set(broker, found);
	return found;
}
