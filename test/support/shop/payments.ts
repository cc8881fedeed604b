import { rmSync } from "node:fs";
import type { ServiceBroker } from "moleculer";
import { shopOf } from "../../../service-context";
import type { Charged, Payment } from "../../../services/payment/payment.schemas";
import type { CloudEvent } from "../../../shared/events/event";
import type { ShopParts } from "../../../shop";
import { anEvent } from "../events/builders";
import { eventually, startShop } from "../world";
import { readJournal } from "./journal";

export const CARD = "4242424242424242";
export const amount = { amount: 300, currency: "KRW" };
export const card = { brand: "visa", last4: "4242" };
/** Long enough that a busy machine is not taken for a processor that does not answer. */
export const TIMEOUT_MS = 800;

/** A shop of payment alone, with its simulated processor. */
export class PaymentShop {
	broker!: ServiceBroker;
	/** Its data folder, which is removed when it stops; undefined: in memory. */
	folder: string | undefined;

	/** `env` as a user would set it. */
	start = async (env: Record<string, string> = {}, parts: ShopParts = {}): Promise<void> => {
		const settings = { SERVICES: "payment", PAYMENT_TIMEOUT_MS: String(TIMEOUT_MS), ...env };
		this.broker = await startShop(settings, parts);
	};

	async stop(): Promise<void> {
		await this.broker.stop();
		if (this.folder) rmSync(this.folder, { recursive: true, force: true });
		this.folder = undefined;
	}

	charge = (paymentId: string, other: object = {}, timeout = TIMEOUT_MS) =>
		this.broker.call<Charged, object>(
			"payment.charge",
			{ paymentId, orderId: "o1", customerId: "alice", amount, cardNo: CARD, ...other },
			{ timeout },
		);

	/** Order publishes that it does not know the outcome of this payment. */
	paying = (paymentId: string, sequence = 2) =>
		shopOf(this.broker).bus.publish([
			anEvent("order.paying", "o1", sequence, { orderId: "o1", customerId: "alice", paymentId, total: amount, card }),
		]);

	payment = (id: string) => this.broker.call<Payment, object>("payment.get", { id });

	becomes = (id: string, status: Payment["status"]) =>
		eventually(async () => (await this.payment(id).catch(() => undefined))?.status === status, 8_000);

	faults = () => shopOf(this.broker).config.simulated;

	journal = () => readJournal(this.broker, this.folder);

	/** The processor's acts, such as "captured pay1". */
	moved = async () => (await this.journal()).map(({ type, paymentId }) => `${type} ${paymentId}`);

	published = async (): Promise<string[]> => {
		const types = ["approved", "declined", "delayed", "voided", "refunded"].map((status) => `payment.${status}`);
		const events: string[] = [];
		for await (const { type, subject } of shopOf(this.broker).bus.history(types)) events.push(`${type} ${subject}`);
		return events;
	};
}

/** The event of an order's cancellation, after its payment where that is named. */
export function cancelled(paymentId: string | undefined, orderId = "o1"): CloudEvent {
	const items = [{ productId: "p1", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];
	const payment = paymentId && { paymentId, card };
	const data = { orderId, customerId: "alice", items, total: amount, cancelledBy: "customer", payment };
	return anEvent("order.cancelled", orderId, 9, data);
}
