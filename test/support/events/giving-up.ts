import { EmbeddedEventBus, type EmbeddedEventBusOptions } from "../../../shared/events/embedded/embedded-bus";

/** Parts of a shop in one process whose services give an event up at the first failure. */
export const givingUpAtOnce = {
	openLog: (options: EmbeddedEventBusOptions) =>
		new EmbeddedEventBus({ ...options, retryPolicy: { maxTries: 1, firstDelayMs: 1 } }),
};
