import { type Context, Errors, type ServiceBroker } from "moleculer";
import type { Charged, ChargeParams } from "../../../services/payment/payment.schemas";
import { notFound } from "../../../shared/domain/refusals";

/** A payment service that answers as a test sets it, and keeps the parameters of its calls. */
export class PaymentStub {
	readonly charges: ChargeParams[] = [];
	charge: (params: ChargeParams) => Promise<Charged> = async () => ({ status: "approved" });

	join(broker: ServiceBroker): this {
		broker.createService({
			name: "payment",
			actions: {
				charge: (context: Context<ChargeParams>) => {
					this.charges.push(context.params);
					return this.charge(context.params);
				},
			},
		});
		return this;
	}
}

/** A product service that knows one product, tea. */
export function joinProductStub(broker: ServiceBroker): void {
	broker.createService({
		name: "product",
		actions: {
			get({ params: { id } }: Context<{ id: string }>) {
				if (id !== "tea") throw notFound("PRODUCT_NOT_FOUND", "There is no product of this id.");
				return { id, name: "Tea", price: { amount: 500, currency: "KRW" }, stock: 10 };
			},
		},
	});
}

/** An answer that comes 800 ms later, when the caller no longer waits. */
export const tooLate = <T>() =>
	new Promise<T>((_, reject) => setTimeout(() => reject(new Error("nobody waits for this")), 800));
export const queueFull = () =>
	new Errors.QueueIsFullError({ action: "payment.charge", nodeID: "n", size: 1, limit: 1 } as never);
