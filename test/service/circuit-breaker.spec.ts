import { randomUUID } from "node:crypto";
import { type BrokerOptions, type Context, Errors, ServiceBroker } from "moleculer";
import { readConfig } from "../../config";
import { brokerOptions } from "../../moleculer.config";
import { breakerStates } from "../../shared/calls/circuit-breaker";
import { declined } from "../../shared/domain/refusals";
import { eventually, startShop } from "../support/world";
import { shopOf } from "../../service-context";

const CALLS_TO_OPEN = 4;
const HALF_OPEN_MS = 300;

type Mood = "well" | "declining" | "failing" | "failing without a code" | "silent";
let mood: Mood;
let handled = 0;

const till = {
	name: "till",
	actions: {
		charge: {
			circuitBreaker: {},
			async handler() {
				handled++;
				if (mood === "silent") await new Promise((resolve) => setTimeout(resolve, 150));
				if (mood === "declining") throw declined("CARD_DECLINED", "The card was declined.");
				if (mood === "failing") throw new Errors.MoleculerError("sick", 503, "SICK");
				if (mood === "failing without a code") throw new Error("sick");
				return "charged";
			},
		},
		look: async () => {
			throw new Errors.MoleculerError("sick", 503, "SICK");
		},
	},
};

/** A process of the shop with the broker's real options, only quicker to open and to try again. */
async function startNode(namespace: string, nodeID: string): Promise<ServiceBroker> {
	const config = readConfig({ LOGLEVEL: "fatal" });
	const options = brokerOptions(config, []);
	const broker = new ServiceBroker({
		...options,
		namespace,
		nodeID,
		transporter: "Fake",
		// A caller that stops would wait for a call that is never answered.
		tracking: { enabled: true, shutdownTimeout: 50 },
		// Other processes discover at once that a service comes or goes; the typings lack this option.
		transit: { serviceChangedDebounceTime: 10 } as BrokerOptions["transit"],
		circuitBreaker: { ...options.circuitBreaker, minRequestCount: CALLS_TO_OPEN, halfOpenTime: HALF_OPEN_MS },
	});
	if (nodeID === "callee") broker.createService(till);
	await broker.start();
	return broker;
}

const charge = (broker: ServiceBroker) => broker.call("till.charge", {}, { timeout: 50 });
const outcome = (call: Promise<unknown>) =>
	call.then(
		(answer) => answer,
		(error: Errors.MoleculerError) => error.type ?? error.message,
	);
/** Calls one after the other, as the breaker counts calls that are over. */
async function outcomes(broker: ServiceBroker, count: number): Promise<unknown[]> {
	const all: unknown[] = [];
	while (all.length < count) all.push(await outcome(charge(broker)));
	return all;
}

describe("the circuit breaker between two processes", () => {
	let callee: ServiceBroker;
	let caller: ServiceBroker;
	let bystander: ServiceBroker;

	beforeEach(async () => {
		mood = "well";
		handled = 0;
		const namespace = randomUUID();
		[callee, caller, bystander] = (await Promise.all(
			["callee", "caller", "bystander"].map((nodeId) => startNode(namespace, nodeId)),
		)) as [ServiceBroker, ServiceBroker, ServiceBroker];
		await Promise.all([caller, bystander].map((broker) => broker.waitForServices("till", 5_000, 10)));
	});
	afterEach(() => Promise.all([caller, bystander, callee].map((broker) => broker.stop())));

	it.each<[Mood, string]>([
		["silent", "REQUEST_TIMEOUT"],
		["failing", "SICK"],
		["failing without a code", "sick"],
	])("opens for a callee that is %s, and then refuses calls at once", async (sick, type) => {
		mood = sick;
		expect(await outcomes(caller, CALLS_TO_OPEN)).toEqual(Array(CALLS_TO_OPEN).fill(type));
		expect(breakerStates(caller)).toEqual([expect.objectContaining({ endpoint: "callee:till.charge", state: "open" })]);
		const since = performance.now();
		expect(await outcome(charge(caller))).toBe("SERVICE_NOT_AVAILABLE");
		expect(performance.now() - since).toBeLessThan(20);
		expect(handled).toBe(CALLS_TO_OPEN);
	});

	it("opens for a callee that never answers", async () => {
		jest.spyOn(callee.transit!, "sendResponse").mockResolvedValue(undefined as never);
		expect(await outcomes(caller, CALLS_TO_OPEN)).toEqual(Array(CALLS_TO_OPEN).fill("REQUEST_TIMEOUT"));
		expect(await outcome(charge(caller))).toBe("SERVICE_NOT_AVAILABLE");
	});

	it("does not count refusals of a card", async () => {
		mood = "declining";
		expect(await outcomes(caller, 3 * CALLS_TO_OPEN)).toEqual(Array(3 * CALLS_TO_OPEN).fill("CARD_DECLINED"));
	});

	it("guards only actions with a circuitBreaker setting", async () => {
		for (let call = 0; call < 3 * CALLS_TO_OPEN; call++) {
			expect(await outcome(caller.call("till.look"))).toBe("SICK");
		}
	});

	it("opens only for the caller that met the failures", async () => {
		mood = "failing";
		await outcomes(caller, CALLS_TO_OPEN);
		mood = "well";
		expect(await outcome(charge(caller))).toBe("SERVICE_NOT_AVAILABLE");
		expect(await outcome(charge(bystander))).toBe("charged");
		expect(await outcome(charge(callee))).toBe("charged");
		expect(breakerStates(callee)).toEqual([expect.objectContaining({ state: "close", failures: 0 })]);
	});

	it("lets one call through after a while, and closes when it succeeds", async () => {
		mood = "failing";
		await outcomes(caller, CALLS_TO_OPEN);
		await eventually(() => breakerStates(caller)[0]?.state === "half_open");
		expect(await outcomes(caller, 2)).toEqual(["SICK", "SERVICE_NOT_AVAILABLE"]);
		mood = "well";
		await eventually(() => breakerStates(caller)[0]?.state === "half_open");
		expect(await outcomes(caller, 2)).toEqual(["charged", "charged"]);
		expect(breakerStates(caller)[0]?.state).toBe("close");
	});

	it("forgets a callee that was replaced, and guards the new one", async () => {
		mood = "failing";
		await outcomes(caller, CALLS_TO_OPEN);
		await callee.destroyService("till");
		await eventually(() => caller.registry.getServiceList({}).every(({ name }) => name !== "till"));
		callee.createService(till);
		await caller.waitForServices("till", 5_000, 10);
		expect(await outcomes(caller, CALLS_TO_OPEN)).toEqual(Array(CALLS_TO_OPEN).fill("SICK"));
		expect(await outcome(charge(caller))).toBe("SERVICE_NOT_AVAILABLE");
	});
});

describe("the circuit breaker inside one process", () => {
	let broker: ServiceBroker;

	beforeEach(async () => {
		mood = "failing";
		broker = await startNode(randomUUID(), "callee");
	});
	afterEach(() => broker.stop());

	it("opens for a service that answers too late", async () => {
		mood = "silent";
		expect(await outcomes(broker, CALLS_TO_OPEN)).toEqual(Array(CALLS_TO_OPEN).fill("REQUEST_TIMEOUT"));
		expect(await outcome(charge(broker))).toBe("SERVICE_NOT_AVAILABLE");
	});

	it("forgets a service that was destroyed and created again, and guards the new one", async () => {
		await outcomes(broker, CALLS_TO_OPEN);
		expect(await outcome(charge(broker))).toBe("SERVICE_NOT_AVAILABLE");
		await broker.destroyService("till");
		broker.createService(till);
		await broker.waitForServices("till", 5_000, 10);
		expect(await outcomes(broker, CALLS_TO_OPEN)).toEqual(Array(CALLS_TO_OPEN).fill("SICK"));
		expect(await outcome(charge(broker))).toBe("SERVICE_NOT_AVAILABLE");
	});

	it("ignores the outcome of a call to a service that was destroyed meanwhile", async () => {
		mood = "silent";
		const late = outcome(charge(broker));
		await broker.destroyService("till");
		broker.createService(till);
		await broker.waitForServices("till", 5_000, 10);
		expect(await late).toBe("REQUEST_TIMEOUT");
		mood = "failing";
		await outcomes(broker, CALLS_TO_OPEN);
		expect(await outcome(charge(broker))).toBe("SERVICE_NOT_AVAILABLE");
	});
});

describe("the payment service with a processor that hangs", () => {
	let broker: ServiceBroker;

	beforeEach(async () => {
		broker = await startShop({ SERVICES: "payment", PAYMENT_SIM_HANG_RATE: "1", PAYMENT_TIMEOUT_MS: "600" });
		broker.createService({
			name: "caller",
			actions: {
				pay: (context: Context<{ paymentId: string; cardNo: string }>) =>
					context.call(
						"payment.charge",
						{ orderId: "o1", customerId: "alice", amount: { amount: 300, currency: "KRW" }, ...context.params },
						{ timeout: 600 },
					),
			},
		});
		await broker.waitForServices("caller", 5_000, 10);
	});
	afterEach(() => broker.stop());

	it("gets no more calls after ten, and gets calls again once the processor works", async () => {
		const pay = (paymentId: string, cardNo = "4242424242424242") =>
			outcome(broker.call("caller.pay", { paymentId, cardNo }));
		const first = await Promise.all(Array.from({ length: 10 }, (_, index) => pay(`pay${index}`)));
		expect(first).toEqual(Array(10).fill("PAYMENT_OUTCOME_UNKNOWN"));
		expect(await pay("pay10")).toBe("SERVICE_NOT_AVAILABLE");
		shopOf(broker).config.simulated.hangRate = 0;
		expect(await eventually(async () => (await pay("pay11")) !== "SERVICE_NOT_AVAILABLE")).toBe(true);
		expect(await pay("pay11")).toEqual({ status: "approved" });
	});

	it("goes on getting calls where it declines cards", async () => {
		shopOf(broker).config.simulated.hangRate = 0;
		const pay = (paymentId: string) => outcome(broker.call("caller.pay", { paymentId, cardNo: "4000000000000002" }));
		for (let call = 0; call < 15; call++)
			expect(await pay(`pay${call}`)).toEqual({ status: "declined", code: "CARD_DECLINED" });
	});
});
