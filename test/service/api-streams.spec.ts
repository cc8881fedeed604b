import { once } from "node:events";
import { createServer, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { ServiceBroker } from "moleculer";
import { failureOf } from "../../services/api/http/problems";
import { EventStreams } from "../../services/api/api.streams";
import { type clientOf, EventReader } from "../support/http/http";
import { type Neighbours, order, startGateway } from "../support/http/neighbours";
import { withDeadline } from "../../shared/timing/deadline";
import { eventually } from "../support/world";

describe("a stream of events", () => {
	let broker: ServiceBroker;
	let neighbours: Neighbours;
	let base: string;
	let client: ReturnType<typeof clientOf>;

	const start = async () => {
		({ broker, neighbours, base, client } = await startGateway());
	};
	beforeEach(start);
	afterEach(() => broker.stop());

	const event = (id: string) => ({ id, type: "order.placed", order });

	it("begins at once, sends each event, and resumes after the Last-Event-ID", async () => {
		const asked: Array<string | undefined> = [];
		let events = [event("7")];
		neighbours.feed = ({ after }) => {
			asked.push(after);
			const sent = after === "6" ? events : [];
			events = [];
			return { events: sent, last: sent.at(-1)?.id ?? after };
		};
		const stream = await EventReader.open(`${base}/mypages/alice/events`, "6");
		expect(stream.response.headers["content-type"]).toBe("text/event-stream");
		await eventually(() => stream.text.includes(`event: order.placed\nid: 7\ndata: ${JSON.stringify(order)}\n\n`));
		expect(stream.text.startsWith(":\n\n")).toBe(true);
		neighbours.feed = ({ after }) => ({ events: after === "7" ? [event("8")] : [], last: "8" });
		void broker.broadcast("customer.changed", { customerId: "alice" });
		await eventually(() => stream.text.includes("id: 8\n"));
		expect(asked[0]).toBe("6");
		stream.close();
	});

	it("begins with an id, so that a client that reconnects before the first event misses none", async () => {
		neighbours.feed = () => ({ events: [], last: "41" });
		const stream = await EventReader.open(`${base}/mypages/alice/events`);
		await eventually(() => stream.text.includes("id: 41\n\n"));
		expect(stream.text).not.toContain("event:");
		stream.close();
	});

	it("opens for a client without an id once its feed has begun, so that a page that is loaded then misses nothing", async () => {
		let begin!: () => void;
		const begun = new Promise<void>((resolve) => (begin = resolve));
		let isAsked = false;
		neighbours.feed = async () => {
			isAsked = true;
			await begun;
			return { events: [], last: "f-0" };
		};
		let isOpen = false;
		const opening = EventReader.open(`${base}/mypages/alice/events`).finally(() => (isOpen = true));
		await eventually(() => isAsked);
		await client.get("/livez");
		expect(isOpen).toBe(false);
		begin();
		const stream = await opening;
		await eventually(() => stream.text.includes("id: f-0\n\n"));
		stream.close();
	});

	it("sends a reset where the Last-Event-ID is no longer known", async () => {
		neighbours.feed = () => ({ events: [], reset: true, last: "9" });
		const stream = await EventReader.open(`${base}/mypages/alice/events`, "gone");
		await eventually(() => stream.text.includes("event: reset\nid: 9\ndata: {}\n\n"));
		stream.close();
	});

	it("stays open while the customer service is away, and sends a reset after that", async () => {
		await broker.destroyService("customer");
		// Before the next look and the next comment.
		const late = () => new Error("the stream did not open");
		const stream = await withDeadline(EventReader.open(`${base}/mypages/alice/events`), 4_000, late);
		broker.createService({
			name: "customer",
			actions: { feed: { visibility: "public", handler: () => ({ events: [], last: "3" }) } },
		});
		await broker.waitForServices("customer", 5_000, 10);
		await eventually(() => {
			void broker.broadcast("customer.changed", { customerId: "alice" });
			return stream.text.includes("event: reset\nid: 3\n");
		});
		stream.close();
	});

	it("reads the feed only as fast as its client reads, and disconnects a client that reads nothing", async () => {
		let asked = 0;
		const events = Array.from({ length: 100 }, (_, id) => ({
			id: String(id),
			type: "order.placed",
			order: { reason: "x".repeat(2_000) },
		}));
		const endless = { call: async () => (asked++, { events, more: true, last: "99" }) } as unknown as ServiceBroker;
		const streams = new EventStreams(endless, broker.logger, 300);
		const server = createServer((request, response) => streams.open("alice", request, response)).listen(0, "127.0.0.1");
		await once(server, "listening");
		const stream = await EventReader.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
		stream.response.pause();
		server.close();
		await once(server, "close");
		// The operating system buffers some megabytes.
		expect(asked).toBeGreaterThan(0);
		expect(asked).toBeLessThan(200);
		stream.close();
	});

	it("S25: is refused with Retry-After beyond 10 streams of a customer", async () => {
		const open = () => EventReader.open(`${base}/mypages/alice/events`);
		const streams = await Promise.all(Array.from({ length: 10 }, open));
		const { status, headers, body } = await client.get("/mypages/alice/events");
		expect([status, headers.get("retry-after"), body.code]).toEqual([429, "5", "TOO_MANY_STREAMS"]);
		const other = await EventReader.open(`${base}/mypages/bob/events`);
		expect(other.response.statusCode).toBe(200);
		[...streams, other].forEach((stream) => stream.close());
		await eventually(async () => {
			const stream = await open();
			stream.close();
			return stream.response.statusCode === 200;
		});
	});

	it("S25: is refused beyond 500 streams of an address, and beyond 1,000 in all", () => {
		const streams = new EventStreams(broker, broker.logger, 300);
		let customers = 0;
		/** Undefined, or what the refusal says. */
		const open = (remoteAddress: string) => {
			const request = Object.assign(new IncomingMessage({ remoteAddress } as Socket), { method: "GET" });
			try {
				streams.open(`customer-${customers++}`, request, new ServerResponse(request));
			} catch (error) {
				return failureOf(error);
			}
		};
		const openMany = (address: string) => Array.from({ length: 500 }, () => open(address)).filter(Boolean);
		expect(openMany("192.0.2.1")).toEqual([]);
		expect(open("192.0.2.1")).toMatchObject({ status: 429, code: "TOO_MANY_STREAMS", retryAfterS: 5 });
		expect(openMany("192.0.2.2")).toEqual([]);
		expect(open("192.0.2.3")).toMatchObject({ status: 503, code: "TOO_MANY_STREAMS", retryAfterS: 5 });
		streams.stop();
	});

	it("ends when the shop stops", async () => {
		const stream = await EventReader.open(`${base}/mypages/alice/events`);
		const before = Date.now();
		await broker.stop();
		await stream.ended;
		expect(Date.now() - before).toBeLessThan(2_000);
		await start();
	});
});
