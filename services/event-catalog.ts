import type { TSchema } from "@sinclair/typebox";
import { CartEvents } from "./cart/cart.events";
import { NotificationEvents } from "./notification/notification.events";
import { OrderEvents } from "./order/order.events";
import { PaymentEvents } from "./payment/payment.events";
import { ProductEvents } from "./product/product.events";

/** Every event that the shop publishes, and the schema of its data. */
export const EVENT_CATALOG: Readonly<Record<string, TSchema>> = {
	...ProductEvents,
	...OrderEvents,
	...PaymentEvents,
	...CartEvents,
	...NotificationEvents,
};

export function isCatalogued(eventName: string): boolean {
	return Object.hasOwn(EVENT_CATALOG, eventName);
}
