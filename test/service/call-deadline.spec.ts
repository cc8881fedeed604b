import { randomUUID } from "node:crypto";
import { type CallingOptions, type Context, type Errors, ServiceBroker, type ServiceSchema } from "moleculer";
import { readConfig } from "../../config";
import { brokerOptions } from "../../moleculer.config";
import { inTime } from "../../shared/calls/call-deadline";
import { REPEATABLE } from "../../shared/calls/failover";
import { Standstill } from "../../shared/timing/standstill";
import { eventually } from "../support/world";

/** The actions that began, and the writes that were made, as `node what`. */
let done: string[];

const note = (context: Context, what: string) => done.push(`${context.broker.nodeID} ${what}`);
const desk: ServiceSchema = {
	name: "desk",
	actions: {
		look: { ...REPEATABLE, handler: (context: Context) => note(context, "look") && "seen" },
		async sign(context: Context<{ afterMs?: number }>) {
			note(context, "begin");
			const write = inTime(context, () => note(context, "write"));
			await new Promise((resolve) => setTimeout(resolve, context.params.afterMs ?? 0));
			try {
				write();
			} catch (error) {
				note(context, "refusal");
				throw error;
			}
			return context.broker.nodeID;
		},
		deadline: (context: Context) => context.headers.deadline,
		delegate: (context: Context<{ timeout: number }>) =>
			context.call("clerk.deadline", {}, { timeout: context.params.timeout }),
	},
};
const clerk: ServiceSchema = { name: "clerk", actions: { deadline: (context: Context) => context.headers.deadline } };

async function startNode(namespace: string, nodeID: string, service?: ServiceSchema): Promise<ServiceBroker> {
	const broker = new ServiceBroker({
		...brokerOptions(readConfig({ LOGLEVEL: "fatal" }), []),
		namespace,
		nodeID,
		transporter: "Fake",
	});
	if (service) broker.createService(service);
	await broker.start();
	return broker;
}

describe("a call to another process", () => {
	let brokers: ServiceBroker[];
	let caller: ServiceBroker;

	beforeEach(async () => {
		done = [];
		const namespace = randomUUID();
		brokers = await Promise.all([
			startNode(namespace, "caller"),
			startNode(namespace, "a", desk),
			startNode(namespace, "b", clerk),
		]);
		caller = brokers[0]!;
		await eventually(() =>
			[caller, brokers[1]!].every((broker) => broker.registry.getActionEndpoints("clerk.deadline")?.count() === 1),
		);
		await eventually(() => caller.registry.getActionEndpoints("desk.sign")?.count() === 1);
	});
	afterEach(() => Promise.all(brokers.map((broker) => broker.stop())));

	const outcome = (action: string, params = {}, options: CallingOptions = {}) =>
		caller.call(action, params, options).then(
			(value) => value,
			({ type, code }: Errors.MoleculerError) => `${code} ${type}`,
		);
	/** A call that arrives this long before its caller gives up. */
	const arrives = (beforeMs: number, action: string, params = {}) =>
		outcome(action, params, { headers: { deadline: Date.now() + beforeMs } });

	it("carries the time at which its caller gives up", async () => {
		const before = Date.now();
		const deadline = (await caller.call("desk.deadline", {}, { timeout: 2_000 })) as number;
		expect(deadline - before).toBeGreaterThanOrEqual(2_000);
		expect(deadline).toBeLessThanOrEqual(Date.now() + 2_000);
		expect((await caller.call("desk.deadline")) as number).toBeGreaterThan(before + 4_000);
	});

	it("hands it on to the calls that it makes, where that is earlier than their own", async () => {
		const headers = { deadline: Date.now() + 1_200 };
		expect(await caller.call("desk.delegate", { timeout: 3_000 }, { headers })).toBe(headers.deadline);
		const own = (await caller.call("desk.delegate", { timeout: 700 }, { headers })) as number;
		expect(own).toBeLessThan(headers.deadline);
	});

	it("S21: is refused where its caller has left, before anything is begun", async () => {
		expect(await arrives(-700, "desk.sign")).toBe("503 REQUEST_TOO_LATE");
		expect(await arrives(-700, "desk.look")).toBe("503 REQUEST_TOO_LATE");
		expect(done).toEqual([]);
	});

	it("S21: writes nothing once its caller may have left, as clocks may differ by half a second; reads are answered", async () => {
		expect(await arrives(400, "desk.sign")).toBe("503 REQUEST_TOO_LATE");
		expect(await arrives(800, "desk.sign", { afterMs: 400 })).toBe("503 REQUEST_TOO_LATE");
		expect(await arrives(-300, "desk.look")).toBe("seen");
		expect(done).toEqual(["a begin", "a refusal", "a begin", "a refusal", "a look"]);
		expect(await arrives(1_500, "desk.sign")).toBe("a");
	});

	it("S21: writes nothing after its timeout, also within one process", async () => {
		const local = brokers[1]!.call("desk.sign", { afterMs: 150 }, { timeout: 100 });
		await expect(local).rejects.toMatchObject({ type: "REQUEST_TIMEOUT" });
		await eventually(() => done.length === 2);
		expect(done).toEqual(["a begin", "a refusal"]);
	});

	it("S21: goes to another process where one stood still while it waited; a read is answered", async () => {
		const namespace = brokers[0]!.namespace;
		brokers.push(await startNode(namespace, "c", desk));
		await eventually(() => caller.registry.getActionEndpoints("desk.sign")?.count() === 2);
		const concerns = jest.spyOn(Standstill.prototype, "concerns").mockReturnValueOnce(true);
		expect(["a", "c"]).toContain(await outcome("desk.sign"));
		expect(done.filter((what) => what.endsWith("begin"))).toHaveLength(1);
		concerns.mockReturnValue(true);
		expect(await outcome("desk.look")).toBe("seen");
		expect(await outcome("desk.sign")).toBe("503 REQUEST_TOO_LATE");
		concerns.mockRestore();
	});
});
