import type { OrderState } from "../../../services/order/order.rules";
import type { Order } from "../../../services/order/order.schemas";
import { shopOf } from "../../../service-context";
import type { ServiceBroker } from "moleculer";
import type { Saved } from "../../../shared/aggregates/aggregate";
import type { StoreAdapter } from "../../../shared/store/moleculer-db-adapter";
import type { CloudEvent } from "../../../shared/events/event";
import { anEvent } from "../events/builders";
import { eventually, startShop, TestClock } from "../world";
import { joinProductStub, PaymentStub } from "./stubs";

const CARD = "4242424242424242";

/** Whether a call was refused so, for `toEqual`. */
export const refusal = (type: string, code?: number) => expect.objectContaining(code ? { type, code } : { type });

/** The order service alone, started before each test, with a stub of payment, and one of product that knows tea. */
export class OrderDesk {
	readonly clock = new TestClock();
	broker!: ServiceBroker;
	payment!: PaymentStub;

	constructor() {
		beforeEach(async () => {
			const env = { SERVICES: "order", PAYMENT_TIMEOUT_MS: "300", LOGLEVEL: "fatal" };
			this.broker = await startShop(env, { clock: this.clock });
			this.joinPayment();
			joinProductStub(this.broker);
			await this.broker.waitForServices(["payment", "product"], 5_000, 5);
		});
		afterEach(() => this.broker.stop());
	}

	joinPayment(): void {
		this.payment = new PaymentStub().join(this.broker);
	}

	removePayment(): Promise<void> {
		return this.broker.destroyService(this.broker.getLocalService("payment")!);
	}

	call = <T>(action: string, params: object, key?: string) =>
		this.broker.call<T, object>(action, params, { meta: { idempotencyKey: key } });
	place = (key?: string, quantity = 2) =>
		this.call<Order>("order.place", { customerId: "alice", items: [{ productId: "tea", quantity }] }, key);
	get = (id: string) => this.call<Order>("order.get", { id });
	pay = (orderId: string, key?: string, cardNo = CARD) => this.call<Order>("order.pay", { orderId, cardNo }, key);
	cancel = (orderId: string, key?: string) => this.call<Order>("order.cancel", { orderId, reason: "why not" }, key);

	publish = (type: string, id: string, sequence: number, data: object) =>
		shopOf(this.broker).bus.publish([anEvent(type, id.split("/")[1]!, sequence, data, { id })]);
	reserved = (orderId: string) =>
		this.publish("stock.reserved", `product/tea/${orderId}`, 1, {
			productId: "tea",
			orderId,
			quantity: 2,
			available: 8,
			complete: true,
		});
	placeReserved = async () => {
		const order = await this.place();
		await this.reserved(order.id);
		await eventually(async () => (await this.stored(order.id)).stock === "reserved");
		return order;
	};
	stored = async (id: string) => {
		const { adapter } = this.broker.getLocalService("order") as unknown as { adapter: StoreAdapter };
		return (await adapter.collection<Saved<OrderState>>("orders").load(id))!;
	};
	/** Payment publishes the outcome of the first charge. */
	settled = (orderId: string, type: string) => {
		const { paymentId, customerId, amount } = this.payment.charges[0]!;
		const data = { paymentId, orderId, customerId, amount, card: { brand: "visa", last4: "4242" } };
		return this.publish(type, `payment/${paymentId}/1`, 1, data);
	};
	published = async (...types: string[]) => {
		const events: CloudEvent[] = [];
		for await (const event of shopOf(this.broker).bus.history(types)) events.push(event);
		return events;
	};
}
