import { randomUUID } from "node:crypto";
import { type CallingOptions, type Context, Errors, ServiceBroker, type ServiceSchema } from "moleculer";
import { readConfig } from "../../config";
import { brokerOptions } from "../../moleculer.config";
import { breakerStates } from "../../shared/calls/circuit-breaker";
import { REPEATABLE } from "../../shared/calls/failover";
import { eventually } from "../support/world";

/** The actions that ran, as `node service.action`. */
let ran: string[];

const answer = (context: Context) => {
	ran.push(`${context.broker.nodeID} ${context.action!.name}`);
	return context.broker.nodeID;
};
const desk: ServiceSchema = {
	name: "desk",
	actions: {
		look: { ...REPEATABLE, handler: answer },
		stamp: answer,
		guarded: { circuitBreaker: {}, handler: answer },
		sign(context: Context<unknown, { signed?: string }>) {
			context.meta.signed = answer(context);
			return context.requestID;
		},
		ask: (context: Context) => (answer(context), context.call("nobody.there")),
		fail(context: Context) {
			answer(context);
			throw new Errors.MoleculerError("sick", 503, "SICK");
		},
	},
};

async function startNode(namespace: string, nodeID: string, service?: ServiceSchema): Promise<ServiceBroker> {
	const broker = new ServiceBroker({
		...brokerOptions(readConfig({ LOGLEVEL: "fatal" }), []),
		namespace,
		nodeID,
		transporter: "Fake",
		tracking: { enabled: true, shutdownTimeout: 50 },
	});
	if (service) broker.createService(service);
	await broker.start();
	return broker;
}

const outcome = (call: Promise<unknown>) =>
	call.then(
		(value) => value,
		(error: Errors.MoleculerError) => error.type ?? error.message,
	);

describe("a call to one of two nodes", () => {
	let caller: ServiceBroker;
	let a: ServiceBroker;
	let b: ServiceBroker;

	beforeEach(async () => {
		ran = [];
		const namespace = randomUUID();
		[caller, a, b] = await Promise.all([
			startNode(namespace, "caller"),
			startNode(namespace, "a", desk),
			startNode(namespace, "b", desk),
		]);
		await eventually(() => caller.registry.getActionEndpoints("desk.look")?.count() === 2);
	});
	afterEach(() => Promise.all([caller, a, b].map((broker) => broker.stop())));

	const silence = (node: ServiceBroker) =>
		jest.spyOn(node.transit!, "sendResponse").mockResolvedValue(undefined as never);
	const answerAfter = (node: ServiceBroker, ms: number) => {
		const respond = node.transit!.sendResponse.bind(node.transit);
		jest.spyOn(node.transit!, "sendResponse").mockImplementation((...args) => {
			setTimeout(() => void respond(...args), ms);
			return Promise.resolve();
		});
	};
	/** Makes four calls, so that each node is the first choice of two of them. */
	const four = (action: string, options?: CallingOptions) =>
		Promise.all([1, 2, 3, 4].map(() => outcome(caller.call(action, {}, options))));

	it.each<[string, () => unknown]>([
		["refuses because it stops", () => Object.assign(a, { stopping: true })],
		[
			"does not have the service yet, or no longer has it",
			() => {
				jest.spyOn(a.registry.discoverer, "sendLocalNodeInfo").mockResolvedValue(undefined as never);
				return a.destroyService("desk");
			},
		],
	])("goes to the other node where one %s, whatever the action", async (_name, refuse) => {
		await refuse();
		expect(await four("desk.stamp")).toEqual(["b", "b", "b", "b"]);
		expect(await four("desk.look")).toEqual(["b", "b", "b", "b"]);
		expect(ran).toHaveLength(8);
		Object.assign(a, { stopping: false });
	});

	it("goes to the other node also where the caller has already chosen the first, as the gateway does", async () => {
		Object.assign(a, { stopping: true });
		const first = caller.registry.getActionEndpointByNodeId("desk.stamp", "a");
		expect(await caller.call(first as never)).toBe("b");
		Object.assign(a, { stopping: false });
		silence(a);
		const look = caller.registry.getActionEndpointByNodeId("desk.look", "a");
		expect(await caller.call(look as never, {}, { timeout: 600 })).toBe("b");
	});

	it("is refused where both nodes refuse", async () => {
		for (const node of [a, b]) Object.assign(node, { stopping: true });
		expect(await outcome(caller.call("desk.stamp"))).toBe("SERVICE_NOT_AVAILABLE");
		for (const node of [a, b]) Object.assign(node, { stopping: false });
	});

	it("runs once where a node does not answer and the call may not be repeated", async () => {
		silence(a);
		expect((await four("desk.stamp", { timeout: 300 })).sort()).toEqual([
			"REQUEST_TIMEOUT",
			"REQUEST_TIMEOUT",
			"b",
			"b",
		]);
		expect(ran.sort()).toEqual(["a desk.stamp", "a desk.stamp", "b desk.stamp", "b desk.stamp"]);
		expect(caller.transit!.pendingRequests.size).toBe(0);
	});

	it("goes to the other node where one does not answer and the call may be repeated; all calls then avoid that node", async () => {
		silence(a);
		expect(await four("desk.look", { timeout: 600 })).toEqual(["b", "b", "b", "b"]);
		ran = [];
		expect(await four("desk.stamp", { timeout: 300 })).toEqual(["b", "b", "b", "b"]);
		const chosen = caller.registry.getActionEndpointByNodeId("desk.stamp", "a");
		expect(await caller.call(chosen as never)).toBe("b");
		expect(ran).toEqual(Array.from({ length: 5 }, () => "b desk.stamp"));
	});

	it("goes again to a slow node once that has answered another call", async () => {
		answerAfter(a, 400);
		const stamps = four("desk.stamp", { timeout: 2_000 });
		expect(await four("desk.look", { timeout: 600 })).toEqual(["b", "b", "b", "b"]);
		expect((await stamps).sort()).toEqual(["a", "a", "b", "b"]);
		expect((await four("desk.stamp", { timeout: 2_000 })).sort()).toEqual(["a", "a", "b", "b"]);
	});

	it("goes to an avoided node where there is no other", async () => {
		silence(a);
		expect(await four("desk.look", { timeout: 600 })).toEqual(["b", "b", "b", "b"]);
		jest.restoreAllMocks();
		await b.stop();
		expect(await outcome(caller.call("desk.stamp"))).toBe("a");
	});

	it("goes to the other node where one dies meanwhile, if it may be repeated; else it runs once", async () => {
		silence(a);
		const [looks, stamps] = [four("desk.look"), four("desk.stamp")];
		await eventually(() => ran.length === 8);
		caller.registry.nodes.disconnected("a", true);
		expect(await looks).toEqual(["b", "b", "b", "b"]);
		expect((await stamps).sort()).toEqual(["REQUEST_REJECTED", "REQUEST_REJECTED", "b", "b"]);
		expect(ran.filter((run) => run.endsWith("stamp"))).toHaveLength(4);
	});

	it("takes no longer than its caller waits where no node answers, also as a call within a call", async () => {
		[a, b].forEach(silence);
		caller.createService({ name: "front", actions: { look: (context: Context) => context.call("desk.look") } });
		await caller.waitForServices("front", 5_000, 10);
		for (const action of ["desk.look", "front.look"]) {
			const since = performance.now();
			expect(await outcome(caller.call(action, {}, { timeout: 300 }))).toBe("REQUEST_TIMEOUT");
			expect(performance.now() - since).toBeLessThan(400);
		}
	});

	it("is repeated only within the retry budget where no node answers: 20 times, and once for every ten calls", async () => {
		[a, b].forEach(silence);
		const calls = Array.from({ length: 100 }, () => outcome(caller.call("desk.look", {}, { timeout: 600 })));
		expect(new Set(await Promise.all(calls))).toEqual(new Set(["REQUEST_TIMEOUT"]));
		expect(ran.length).toBeGreaterThan(105);
		expect(ran.length).toBeLessThanOrEqual(130);
	});

	it("gets its caller's whole time where the retry budget is spent", async () => {
		for (const node of [a, b]) answerAfter(node, 300);
		// So many calls leave half a token.
		await Promise.all(Array.from({ length: 105 }, () => outcome(caller.call("desk.look", {}, { timeout: 90 }))));
		ran = [];
		expect(["a", "b"]).toContain(await outcome(caller.call("desk.look", {}, { timeout: 600 })));
		expect(ran).toHaveLength(1);
	});

	it("takes nothing from the retry budget where it is answered in time", async () => {
		for (let round = 0; round < 5; round++) await Promise.all([1, 2, 3].map(() => four("desk.look")));
		silence(a);
		expect(await four("desk.look", { timeout: 600 })).toEqual(["b", "b", "b", "b"]);
	});

	it("waits for the only node as long as its caller does", async () => {
		await b.stop();
		answerAfter(a, 300);
		expect(await outcome(caller.call("desk.look", {}, { timeout: 600 }))).toBe("a");
		expect(ran).toEqual(["a desk.look"]);
	});

	it("is not repeated where a call of its action failed", async () => {
		expect(await outcome(caller.call("desk.ask"))).toBe("SERVICE_NOT_FOUND");
		expect(await outcome(caller.call("desk.fail"))).toBe("SICK");
		expect(ran).toHaveLength(2);
	});

	it("keeps its request id, and returns the meta that its action set in the context", async () => {
		caller.createService({
			name: "front",
			actions: {
				async sign(context: Context<unknown, { signed?: string }>) {
					return { requestID: await context.call("desk.sign"), signed: context.meta.signed };
				},
			},
		});
		await caller.waitForServices("front", 5_000, 10);
		Object.assign(a, { stopping: true });
		for (const _ of [1, 2])
			expect(await caller.call("front.sign", {}, { requestID: "r1" })).toEqual({ requestID: "r1", signed: "b" });
		for (const _ of [1, 2]) {
			const call = caller.call("desk.sign") as Promise<unknown> & { ctx: Context };
			const { requestID } = call.ctx;
			expect(await call).toBe(requestID);
			expect(call.ctx.nodeID).toBe("b");
		}
		Object.assign(a, { stopping: false });
	});

	it("counts for the circuit of the node that ran it, and of no other", async () => {
		Object.assign(a, { stopping: true });
		expect(await four("desk.guarded")).toEqual(["b", "b", "b", "b"]);
		expect(breakerStates(caller).filter(({ count }) => count > 0)).toEqual([
			{ endpoint: "b:desk.guarded", state: "close", count: 4, failures: 0 },
		]);
		Object.assign(a, { stopping: false });
	});

	it("is refused at once where there is no node, or every circuit is open", async () => {
		expect(await outcome(caller.call("nobody.there"))).toBe("SERVICE_NOT_FOUND");
		for (const endpoint of caller.registry.getActionEndpoints("desk.stamp").endpoints)
			Object.assign(endpoint, { state: false });
		expect(await outcome(caller.call("desk.stamp"))).toBe("SERVICE_NOT_AVAILABLE");
		expect(ran).toEqual([]);
	});
});
