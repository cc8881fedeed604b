import type { TSchema } from "@sinclair/typebox";
import { CartFacts } from "./cart/cart.events";
import { NotificationFacts } from "./notification/notification.events";
import { OrderFacts } from "./order/order.events";
import { PaymentFacts } from "./payment/payment.events";
import { ProductFacts } from "./product/product.events";

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
