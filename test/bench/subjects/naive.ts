// The shop as a tutorial would build it: moleculer-web, moleculer-db on NeDB, plain `emit`. No outbox, no stock, no repeats, no limits, and on
// a file no write that waits for the disk. DATA_DIR=:memory: keeps all in memory. In one process, or over NATS as SERVICES says.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Context, ServiceSchema } from "moleculer";
import DbService from "moleculer-db";
import { openBroker, runs, serve } from "./gateway";

const { DATA_DIR = ":memory:" } = process.env;
const broker = openBroker();

interface Order {
	_id: string;
	customerId: string;
	items: unknown[];
	total: number;
	status: string;
	createdAt: number;
}

function service(name: string, schema: Partial<ServiceSchema>, index = "customerId"): void {
	if (!runs(name)) return;
	if (DATA_DIR !== ":memory:") mkdirSync(DATA_DIR, { recursive: true });
	const filename = DATA_DIR === ":memory:" ? undefined : join(DATA_DIR, `${name}.db`);
	const adapter = new (DbService as any).MemoryAdapter(filename ? { filename } : undefined);
	const afterConnected = () => adapter.db.ensureIndex({ fieldName: index });
	broker.createService({ name, mixins: [DbService as any], adapter, ...schema, afterConnected } as ServiceSchema);
}

service("product", {
	actions: { add: (context: Context<object>) => broker.call("product.insert", { entity: context.params }) },
});
service("customer", {
	events: {
		async "order.placed"(this: any, { params: { customerId } }: Context<Order>) {
			if (!(await this.adapter.findOne({ customerId }))) await this.adapter.insert({ customerId });
		},
	},
});
service("order", {
	// Nothing delivers an event later to a service that was not known when it was emitted.
	dependencies: ["customer", "payment", "cart", "mypage"],
	actions: {
		async place(this: any, { params }: Context<Pick<Order, "customerId" | "items">>) {
			const order = await this.adapter.insert({ ...params, total: 100, status: "placed", createdAt: Date.now() });
			void broker.emit("order.placed", order);
			return { ...order, id: order._id };
		},
		async pay(this: any, { params: { id, cardNo } }: Context<{ id: string; cardNo: string }>) {
			const order = await this.adapter.findById(id);
			await broker.call("payment.charge", { orderId: id, customerId: order.customerId, last4: cardNo.slice(-4) });
			const paid = await this.adapter.updateById(id, { $set: { status: "completed" } });
			void broker.emit("order.completed", paid);
			return { ...paid, id };
		},
		show(this: any, { params: { id } }: Context<{ id: string }>) {
			return this.adapter.findById(id);
		},
	},
});
service("payment", {
	actions: {
		charge(this: any, { params }: Context<object>) {
			return this.adapter.insert({ ...params, status: "approved" });
		},
	},
});
service(
	"cart",
	{
		events: {
			async "order.placed"(this: any, { params: { _id, ...order } }: Context<Order>) {
				await this.adapter.insert({ ...order, orderId: _id });
			},
			async "order.completed"(this: any, { params: { _id } }: Context<Order>) {
				await this.adapter.removeMany({ orderId: _id });
			},
		},
	},
	"orderId",
);
service("mypage", {
	actions: {
		async show(this: any, { params: { customerId } }: Context<{ customerId: string }>) {
			const orders = await this.adapter.find({ query: { customerId }, sort: ["-createdAt"], limit: 20 });
			return { customerId, orders: orders.map((order: Order) => ({ ...order, id: order._id })) };
		},
	},
	events: {
		async "order.placed"(this: any, { params: order }: Context<Order>) {
			await this.adapter.insert(order);
		},
		async "order.completed"(this: any, { params: { _id } }: Context<Order>) {
			await this.adapter.updateById(_id, { $set: { status: "completed" } });
		},
	},
});
serve(broker, {
	"POST /products": "product.add",
	"POST /orders": "order.place",
	"POST /orders/:id/payment": "order.pay",
	"GET /orders/:id": "order.show",
	"GET /mypages/:customerId": "mypage.show",
});
