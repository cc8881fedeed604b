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
	const openApi = openApiOf(ROUTES, SHOP_DOCUMENT);
	const operatorOpenApi = openApiOf(OPERATOR_ROUTES, OPERATOR_DOCUMENT);
	const asyncApi = asyncApiOf(EVENT_CATALOG, shopOf(broker).config.namespace);
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
		getOpenApi: async () => openApi,
		operatorOpenApi: async () => operatorOpenApi,
		getAsyncApi: async () => asyncApi,
		getLinks: async () => ({
			name: "Funshop",
			// There is no other yet.
			paymentProcessor: "simulated",
			links: { products: "/products", openapi: "/openapi.json", asyncapi: "/asyncapi.json", ready: "/readyz" },
		}),
	};
}
