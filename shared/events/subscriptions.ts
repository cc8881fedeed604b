import type { Static, TSchema } from "@sinclair/typebox";
import type { Context, EventSchema, Middleware, Service, ServiceBroker } from "moleculer";
import type { Carrier, Consumption } from "./event-bus";
import { type Fact, FactOf } from "./event";

/**
 * Lets services hear facts by their ordinary `events`: as soon as a service has started, the carrier delivers to it every
 * fact that it lists, and a handler that rejects is called again later. The consumer's name is the service's.
 */
export function factDelivery(carrierOf: () => Carrier, isFact: (eventName: string) => boolean): Middleware {
	const consumptions = new Map<Service, Consumption>();
	return {
		name: "FactDelivery",
		async starting() {
			await carrierOf().open();
		},
		async serviceStarted(service: Service) {
			const types = Object.keys(service.schema.events ?? {}).filter(isFact);
			if (types.length === 0) return;
			const deliver = (fact: Fact) => callHandler(service.broker, service.name, fact);
			consumptions.set(service, carrierOf().consume(service.name, types, deliver));
		},
		async serviceStopping(service: Service) {
			await consumptions.get(service)?.stop();
			consumptions.delete(service);
		},
	} as Middleware;
}

/**
 * Calls the service's handler of this fact and settles as it does. Not `broker.emit`: that tells nobody whether a handler
 * failed, and reaches every service at once, while a fact is delivered to each consumer by itself.
 */
async function callHandler(broker: ServiceBroker, consumer: string, fact: Fact): Promise<void> {
	const endpoint = broker.registry.events.get(fact.type, consumer)?.nextLocal();
	if (!endpoint) throw new Error(`${consumer} has no handler for ${fact.type}`);
	const context = broker.ContextFactory.create(broker, endpoint, fact, { requestID: fact.requestid });
	context.eventName = fact.type;
	context.eventType = "emit";
	await endpoint.event.handler!(context);
}

/**
 * A service's entry in its `events` for a fact with data of this shape: what it does when it hears one. It hears a fact again when
 * `react` rejects, may hear it again in any case, and hears facts in any order.
 */
export function hears<Data extends TSchema>(
	data: Data,
	react: (fact: Fact<string, Static<Data>>) => Promise<unknown>,
): EventSchema {
	return {
		params: FactOf(data),
		async handler({ params: fact }: Context<Fact<string, Static<Data>>>) {
			await react(fact);
		},
	};
}
