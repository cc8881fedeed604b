// Bare moleculer-web: the requests of a checkout with actions that do nothing, and a page of fixed bytes. What it costs, any shop on Moleculer costs;
// over NATS with the actions in another process than the gateway.
import { openBroker, runs, serve } from "./gateway";

const { PAGE = "{}" } = process.env;
const broker = openBroker();
const page = JSON.parse(PAGE) as unknown;
const order = { id: "o1", status: "completed" };

if (runs("empty")) {
	broker.createService({
		name: "empty",
		actions: {
			order: () => order,
			mypage: () => ({ orders: [order] }),
			page: () => page,
		},
	});
}
serve(broker, {
	"POST /products": "empty.order",
	"POST /orders": "empty.order",
	"POST /orders/:id/payment": "empty.order",
	"GET /orders/:id": "empty.order",
	"GET /mypages/:customerId": "empty.mypage",
	"GET /page": "empty.page",
});
