import type { Static, TSchema } from "@sinclair/typebox";
import type { Context, EventSchema, Middleware, Service, ServiceBroker } from "moleculer";
import type { EventBus, Subscription } from "./event-bus";
import { type CloudEvent, EventSchemaOf } from "./event";

/**
 * Lets services hear events by their ordinary `events`: as soon as a service has started, the bus delivers to it every
 * event that it lists, and a handler that rejects is called again later. The consumer's name is the service's.
 */
export function eventDelivery(busOf: () => EventBus, isCatalogued: (eventName: string) => boolean): Middleware {
	const subscriptions = new Map<Service, Subscription>();
	return {
		name: "EventDelivery",
		async starting() {
			await busOf().open();
		},
		async serviceStarted(service: Service) {
			const types = Object.keys(service.schema.events ?? {}).filter(isCatalogued);
			if (types.length === 0) return;
			const deliver = (event: CloudEvent) => callHandler(service.broker, service.name, event);
			subscriptions.set(service, busOf().subscribe(service.name, types, deliver));
		},
		async serviceStopping(service: Service) {
			await subscriptions.get(service)?.stop();
			subscriptions.delete(service);
		},
	} as Middleware;
}

/**
 * Calls the service's handler of this event and settles as it does. Not `broker.emit`: that tells nobody whether a handler
 * failed, and reaches every service at once, while an event is delivered to each consumer by itself.
 */
async function callHandler(broker: ServiceBroker, consumer: string, event: CloudEvent): Promise<void> {
	const endpoint = broker.registry.events.get(event.type, consumer)?.nextLocal();
	if (!endpoint) throw new Error(`${consumer} has no handler for ${event.type}`);
	const context = broker.ContextFactory.create(broker, endpoint, event, { requestID: event.requestid });
	context.eventName = event.type;
	context.eventType = "emit";
	await endpoint.event.handler!(context);
}

/**
 * A service's entry in its `events` for an event with data of this shape: what it does when it handles one. It handles an event again when
 * `react` rejects, may hear it again in any case, and handles events in any order.
 */
export function handles<Data extends TSchema>(
	data: Data,
	react: (event: CloudEvent<string, Static<Data>>) => Promise<unknown>,
): EventSchema {
	return {
		params: EventSchemaOf(data),
		async handler({ params: event }: Context<CloudEvent<string, Static<Data>>>) {
			await react(event);
		},
	};
}
