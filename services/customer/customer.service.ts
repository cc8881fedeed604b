import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { openData, shopOf } from "../../service-context";
import { REPEATABLE } from "../../shared/calls/failover";
import { SameAgain } from "../../shared/store/same-again";
import { handles } from "../../shared/events/subscriptions";
import { type KnownPages, readFeed, readPage } from "./customer.page";
import { COLLECTIONS, PAGE_EVENTS, type PageEvent, PageProcess } from "./customer.process";
import { GetFeed, GetMyPage } from "./customer.schemas";

/** My page: products, cart and orders in one answer, built from events alone, so that it needs no other service. */
export default function customerService(broker: ServiceBroker): ServiceSchema {
	const { config, bus, clock, newId } = shopOf(broker);
	const data = openData(broker, "customer", COLLECTIONS);
	const views = new PageProcess({ data, bus, clock, newId, logger: broker.getLogger("customer") });
	const pages: KnownPages = new SameAgain();

	return {
		name: "customer",
		mixins: [data.mixin],

		actions: {
			mypage: {
				params: GetMyPage,
				...REPEATABLE,
				handler: ({ params }: Context<GetMyPage>) => readPage(views, params, config, pages),
			},
			feed: {
				visibility: "public",
				params: GetFeed,
				...REPEATABLE,
				handler: ({ params }: Context<GetFeed>) => readFeed(views, params, config),
			},
			rebuild: {
				visibility: "public",
				// No timeout: the duration grows with the history. Moleculer's typings do not have this field.
				...({ timeout: 0 } as object),
				handler: () => views.rebuild(),
			},
		},

		events: Object.fromEntries(
			Object.entries(PAGE_EVENTS).map(([type, data]) => [type, handles(data, (event) => onEvent(event as PageEvent))]),
		),

		stopped: () => views.stop(),
	};

	async function onEvent(event: PageEvent): Promise<void> {
		const customerId = await views.handle(event);
		// Wakes the streams of this customer's feed. A lost wake-up does no harm: streams also look at the feed at an interval.
		if (customerId !== undefined) void broker.broadcast("customer.changed", { customerId });
	}
}
