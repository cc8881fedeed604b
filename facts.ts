import type { TSchema } from "@sinclair/typebox";
import { CartFacts } from "./services/cart/cart.events";
import { NotificationFacts } from "./services/notification/notification.events";
import { OrderFacts } from "./services/order/order.events";
import { PaymentFacts } from "./services/payment/payment.events";
import { ProductFacts } from "./services/product/product.events";

/** Every fact that the shop tells, and the shape of its data. */
export const ALL_FACTS: Readonly<Record<string, TSchema>> = {
	...ProductFacts,
	...OrderFacts,
	...PaymentFacts,
	...CartFacts,
	...NotificationFacts,
};

export function isFact(eventName: string): boolean {
	return Object.hasOwn(ALL_FACTS, eventName);
}
