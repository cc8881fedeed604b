import type { Context, ServiceBroker } from "moleculer";
import { baseUrl, clientOf } from "./http";
import { startShop } from "../world";

export const order = {
	id: "o1",
	customerId: "alice",
	status: "placed",
	items: [],
	total: { amount: 0, currency: "KRW" },
	createdAt: "2026-01-01T00:00:00.000Z",
	updatedAt: "2026-01-01T00:00:00.000Z",
	version: 1,
};

/** The services behind the gateway. Each test sets their answers. */
export class Neighbours {
	seen: Array<{ params: any; meta: any; requestID: string | null }> = [];
	answer: (context: Context<any, any>) => unknown = () => order;
	feed: (params: { after?: string }) => unknown = () => ({ events: [], last: "0" });

	join(broker: ServiceBroker): Promise<unknown> {
		const handler = (context: Context<any, any>) => {
			this.seen.push({ params: context.params, meta: { ...context.meta }, requestID: context.requestID });
			return this.answer(context);
		};
		broker.createService({ name: "product", actions: { list: handler, get: handler } });
		broker.createService({
			name: "order",
			actions: {
				place: handler,
				get: handler,
				pay: handler,
				cancel: handler,
				secret: { visibility: "public", handler },
			},
		});
		broker.createService({
			name: "customer",
			actions: { feed: { visibility: "public", handler: ({ params }: Context<any>) => this.feed(params) } },
		});
		return broker.waitForServices(["product", "order", "customer"], 5_000, 10);
	}
}

/** A gateway without the shop's services: its neighbours answer as the test sets. */
export async function startGateway(env: Record<string, string> = {}) {
	const broker = await startShop({ SERVICES: "api", ...env });
	const neighbours = new Neighbours();
	await neighbours.join(broker);
	const base = baseUrl(broker);
	return { broker, neighbours, base, client: clientOf(base) };
}
