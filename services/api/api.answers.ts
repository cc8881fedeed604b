import type { ServiceBroker } from "moleculer";
import { shopOf } from "../../service-context";
import { isAlive, readinessOf } from "../../shared/health/readiness";
import { EVENT_CATALOG } from "../event-catalog";
import { asyncApiOf } from "./documents/asyncapi";
import { openApiOf } from "./documents/openapi";
import { HttpError } from "./http/problems";
import { OPERATOR_DOCUMENT } from "./documents/operator-document";
import { SHOP_DOCUMENT } from "./documents/shop-document";
import { ROUTES } from "./api.routes";
import { OPERATOR_ROUTES } from "./operator.routes";

/** By operation, the answers that the gateway gives without calling a service. Each rejects with HttpError where it has none. */
export function gatewayAnswers(broker: ServiceBroker): Readonly<Record<string, () => Promise<unknown>>> {
	return {
		async getLiveness() {
			if (isAlive(broker)) return { status: "alive" };
			throw new HttpError({ status: 503, code: "NOT_ALIVE", retryAfterS: 1 });
		},
		async getReadiness() {
			const { ready, checks } = await readinessOf(broker);
			if (ready) return { status: "ready", checks };
			throw new HttpError({ status: 503, code: "NOT_READY", retryAfterS: 1, more: { checks } });
		},
		getOpenApi: madeOnce(() => openApiOf(ROUTES, SHOP_DOCUMENT)),
		operatorOpenApi: madeOnce(() => openApiOf(OPERATOR_ROUTES, OPERATOR_DOCUMENT)),
		getAsyncApi: madeOnce(() => asyncApiOf(EVENT_CATALOG, shopOf(broker).config.namespace)),
		getLinks: async () => ({
			name: "Funshop",
			// There is no other yet.
			paymentProcessor: "simulated",
			links: { products: "/products", openapi: "/openapi.json", asyncapi: "/asyncapi.json", ready: "/readyz" },
		}),
	};
}

/** Makes a document at its first request, so that a start does not wait for it. */
function madeOnce<Document>(make: () => Document): () => Promise<Document> {
	let made: Document | undefined;
	return async () => (made ??= make());
}
