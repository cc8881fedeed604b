import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import type { Context, Errors, ServiceBroker } from "moleculer";
import { breakerStates } from "../../shared/calls/circuit-breaker";
import { NatsTransporter } from "../../shared/calls/nats-transporter";
import { transportState } from "../../shared/calls/transport-state";
import { createNode, desk, type Work } from "../support/shop/desk";
import { ended, freePort, message, run } from "../support/cluster/processes";
import { describeWith, startNats, type TestServer } from "../support/cluster/servers";
import { eventually } from "../support/world";

// Some tests wait until a process has missed its heartbeats.
jest.setTimeout(40_000);

const since = (start: number) => Math.round(performance.now() - start);
const look = (broker: ServiceBroker, params: Work = {}) => broker.call<string, Work>("desk.look", params);
const stamp = (broker: ServiceBroker, params: Work = {}) => broker.call<string, Work>("desk.stamp", params);
/** How a call ended, and after how many milliseconds. */
async function outcome(call: Promise<unknown>): Promise<{ answer?: unknown; code?: number; ms: number }> {
	const start = performance.now();
	return call.then(
		(answer) => ({ answer, ms: since(start) }),
		({ code }: Errors.MoleculerError) => ({ code, ms: since(start) }),
	);
}
const knows = (broker: ServiceBroker, nodeID: string) =>
	broker.registry.getNodeList({ onlyAvailable: true }).some(({ id }) => id === nodeID);

describeWith(["nats"], "the transport", () => {
	let nats: TestServer;
	let namespace: string;
	let brokers: ServiceBroker[];
	let children: ChildProcess[];
	let stream: NodeJS.Timeout | undefined;

	beforeAll(async () => (nats = await startNats()));
	afterAll(() => nats.stop());
	beforeEach(() => {
		namespace = randomUUID();
		brokers = [];
		children = [];
	});
	afterEach(async () => {
		clearInterval(stream);
		for (const child of children) child.kill("SIGKILL");
		await Promise.all(brokers.map((broker) => broker.stop()));
	});

	const envOf = (nodeId: string, url = nats.url) => ({ TRANSPORTER: url, NAMESPACE: namespace, NODEID: nodeId });
	function create(nodeId: string, url?: string): ServiceBroker {
		const broker = createNode(envOf(nodeId, url));
		brokers.push(broker);
		return broker;
	}
	async function startCaller(url?: string): Promise<ServiceBroker> {
		const broker = create("caller", url);
		await broker.start();
		return broker;
	}
	async function startNode(nodeId: string, ran?: (id: string) => void): Promise<ServiceBroker> {
		const broker = create(nodeId);
		broker.createService(desk(ran));
		await broker.start();
		return broker;
	}
	/** Starts a node in a process of its own. */
	async function forkNode(nodeId: string): Promise<ChildProcess> {
		const child = run("test/support/shop/desk.ts", [], envOf(nodeId));
		child.stdout?.resume();
		children.push(child);
		await message(child, "ready");
		return child;
	}
	const meet = (broker: ServiceBroker, ...nodeIds: string[]) =>
		eventually(() =>
			nodeIds.every((id) => broker.registry.getActionEndpointByNodeId("desk.look", id) as object | undefined),
		);

	it("uses NATS where the environment names a server, and is absent where it names none", () => {
		const { tx } = create("a").transit!;
		expect(tx).toBeInstanceOf(NatsTransporter);
		expect(transportState(brokers[0]!)).toBe("away");
		expect(transportState(createNode({}))).toBe("none");
	});

	describe("a process that starts while NATS is away", () => {
		it("waits for NATS, logs that in one line without the password, and is connected within 3 s of its start", async () => {
			await nats.kill();
			const broker = create("early", nats.url.replace("//", "//shop:secret@"));
			const warn = jest.spyOn(broker.transit!.tx.logger, "warn");
			let failures = 0;
			broker.localBus.on("$transporter.error", () => failures++);
			const started = broker.start();
			await eventually(() => failures === 3);
			expect(warn.mock.calls).toEqual([[expect.stringMatching(/^NATS cannot be reached at 127\.0\.0\.1:\d+ \(\w+\)/)]]);
			expect(transportState(broker)).toBe("away");
			await nats.start();
			const back = performance.now();
			await started;
			console.info(`started ${since(back)} ms after NATS`);
			expect(since(back)).toBeLessThan(3_000);
			expect(transportState(broker)).toBe("connected");
		});

		it("can be stopped while it waits", async () => {
			const broker = create("early", `nats://127.0.0.1:${await freePort()}`);
			void broker.start();
			await eventually(() => !broker.started);
			const stopping = performance.now();
			await broker.stop();
			expect(since(stopping)).toBeLessThan(1_100);
		});
	});

	describe("a NATS server that goes away and comes back", () => {
		it("fails waiting and new calls at once, and lets calls succeed within a second of its return", async () => {
			const [caller, node] = [await startCaller(), await startNode("node")];
			await meet(caller, "node");
			const waiting = outcome(stamp(caller, { workMs: 4_000 }));
			await eventually(() => caller.transit!.pendingRequests.size === 1);

			const away = performance.now();
			await nats.kill();
			await eventually(() => transportState(caller) === "away");
			console.info(`noticed after ${since(away)} ms`);
			expect(since(away)).toBeLessThan(200);
			expect(await waiting).toMatchObject({ code: 503 });
			expect(since(away)).toBeLessThan(250);
			const error = jest.spyOn(caller.transit!.logger, "error");
			const refused = await Promise.all([outcome(look(caller)), outcome(stamp(caller))]);
			expect(refused.map(({ code }) => code)).toEqual([502, 502]);
			for (const { ms } of refused) expect(ms).toBeLessThan(50);
			expect(caller.transit!.pendingRequests.size).toBe(0);
			await Promise.all(Array.from({ length: 12 }, () => outcome(caller.call("desk.guarded"))));
			expect(breakerStates(caller)).toEqual([expect.objectContaining({ state: "close", failures: 0 })]);
			// Longer than a process may miss its heartbeats.
			await new Promise((resolve) => setTimeout(resolve, 8_500));
			expect(await outcome(look(caller))).toMatchObject({ code: 502 });
			expect(error.mock.calls).toEqual([]);

			await nats.start();
			const back = performance.now();
			await eventually(async () => (await outcome(stamp(caller))).answer === "node");
			console.info(`a call succeeds ${since(back)} ms after the return`);
			expect(since(back)).toBeLessThan(1_000);
			const late = await startNode("late");
			await meet(caller, "node", "late");
			await meet(late, "node");
			await eventually(() => knows(node, "late"));
		});

		it("lets a process stop in order while it is away", async () => {
			const caller = await startCaller();
			await nats.kill();
			await eventually(() => transportState(caller) === "away");
			const error = jest.spyOn(caller.logger, "error");
			const stopping = performance.now();
			await caller.stop();
			expect(since(stopping)).toBeLessThan(1_100);
			expect(error.mock.calls).toEqual([]);
			await nats.start();
		});
	});

	it("reaches the second of two servers where the first is dead, and the first when the second dies", async () => {
		const other = await startNats();
		try {
			await nats.kill();
			// Each begins with either of them.
			const callers = ["1", "2", "3", "4", "5", "6"].map((id) => create(id, `${nats.url},${other.url}`));
			await Promise.all(callers.map((caller) => caller.start()));
			await nats.start();
			await other.kill();
			const isBack = (caller: ServiceBroker) =>
				transportState(caller) === "connected" &&
				(caller.transit!.tx as NatsTransporter).client?.getServer() === nats.url.replace("nats://", "");
			await eventually(() => callers.every(isBack));
		} finally {
			await other.stop();
		}
	});

	it("is closed for good, and logs an error, when its password is no longer accepted", async () => {
		const port = await freePort();
		const startLocked = (password: string) =>
			spawn(
				process.env.NATS_SERVER ?? "nats-server",
				["-a", "127.0.0.1", "-p", `${port}`, "--user", "shop", "--pass", password],
				{ stdio: "ignore" },
			);
		children.push(startLocked("p@ss"));
		const caller = await startCaller(`nats://shop:p%40ss@127.0.0.1:${port}`);
		const error = jest.spyOn(caller.transit!.tx.logger, "error");
		expect(transportState(caller)).toBe("connected");
		children[0]!.kill("SIGKILL");
		await ended(children[0]!);
		children.push(startLocked("changed"));
		await eventually(() => transportState(caller) === "closed");
		expect(error.mock.calls).toEqual([[expect.stringContaining("AUTHORIZATION_VIOLATION")]]);
		expect(await outcome(caller.call("desk.look"))).toMatchObject({ code: 404 });
	});

	describe("a process that is killed", () => {
		it("fails no call that may be repeated, and is dropped at once", async () => {
			const caller = await startCaller();
			const [victim] = await Promise.all([forkNode("victim"), forkNode("other")]);
			await meet(caller, "victim", "other");
			const calls: Array<ReturnType<typeof outcome>> = [];
			stream = setInterval(() => calls.push(outcome(look(caller, { workMs: 20 }))), 2);
			await eventually(() => calls.length > 100);
			const dropped = eventually(() => !knows(caller, "victim"));
			victim.kill("SIGKILL");
			const killed = performance.now();
			await dropped;
			console.info(`dropped ${since(killed)} ms after the kill`);
			expect(since(killed)).toBeLessThan(500);
			const soFar = calls.length;
			await eventually(() => calls.length > soFar + 200);
			clearInterval(stream);
			const outcomes = await Promise.all(calls);
			console.info(`${outcomes.length} calls, the slowest took ${Math.max(...outcomes.map(({ ms }) => ms))} ms`);
			expect(outcomes.filter(({ answer }) => answer === undefined)).toEqual([]);
			expect(outcomes.at(-1)!.answer).toBe("other");
			expect(caller.transit!.pendingRequests.size).toBe(0);
		});

		it("fails its running calls at once, and those that may not be repeated run only once", async () => {
			const ran: string[] = [];
			const caller = await startCaller();
			const [victim] = [await forkNode("victim"), await startNode("other", (id) => ran.push(id))];
			victim.on("message", (text: string) => text.startsWith("ran ") && ran.push(text.slice(4)));
			await meet(caller, "victim", "other");
			const ids = ["1", "2", "3", "4"];
			const calls = ids.map((id) => outcome(stamp(caller, { id, workMs: 1_500 })));
			await eventually(() => ran.length === 4);
			victim.kill("SIGKILL");
			const killed = performance.now();
			const dropped = eventually(() => !knows(caller, "victim")).then(() => since(killed));
			const outcomes = await Promise.all(calls);
			console.info(`noticed at work after ${await dropped} ms`);
			expect(await dropped).toBeLessThan(1_000);
			expect(outcomes.map(({ answer, code }) => answer ?? code).sort()).toEqual([503, 503, "other", "other"]);
			expect(ran.sort()).toEqual(ids);
		});

		it("is skipped by every call that certainly did not reach it, also by one that may not be repeated", async () => {
			const ran: string[] = [];
			const caller = await startCaller();
			const [victim] = [await forkNode("victim"), await startNode("other", (id) => ran.push(id))];
			await meet(caller, "victim", "other");
			victim.kill("SIGKILL");
			await ended(victim);
			const ids = ["1", "2", "3", "4", "5", "6", "7", "8"];
			const outcomes = await Promise.all(ids.map((id) => outcome(stamp(caller, { id }))));
			expect(outcomes.map(({ answer }) => answer)).toEqual(ids.map(() => "other"));
			expect(ran.sort()).toEqual(ids);
		});
	});

	it("delivers an answer that is bigger than the largest message of NATS", async () => {
		const name = "Green tea, first flush from Boseong";
		const items = Array.from({ length: 10_000 }, () => ({ productId: randomUUID(), name, quantity: 2, total: 36_000 }));
		const node = create("node");
		node.createService({ name: "orders", actions: { list: () => items } });
		await node.start();
		const caller = await startCaller();
		await caller.waitForServices("orders", 5_000);
		expect(JSON.stringify(items).length).toBeGreaterThan(1_048_576);
		expect(await caller.call("orders.list")).toEqual(items);
	});

	it("refuses at once what no message of NATS holds, an answer as well as a request, with one error in the log", async () => {
		const noise = randomBytes(3 * 1024 * 1024).toString("base64");
		const node = create("node");
		const asked: unknown[] = [];
		node.createService({
			name: "noise",
			actions: { get: () => noise, take: ({ params }: Context) => void asked.push(params) },
		});
		await node.start();
		const caller = await startCaller();
		await caller.waitForServices("noise", 5_000);
		const tooLarge = expect.objectContaining({ type: "MESSAGE_TOO_LARGE", code: 500 });
		const logged = [node, caller].map((broker) => jest.spyOn(broker.transit!.tx.logger, "error"));
		await expect(caller.call("noise.get")).rejects.toEqual(tooLarge);
		await expect(caller.call("noise.take", { noise })).rejects.toEqual(tooLarge);
		expect(asked).toEqual([]);
		for (const log of logged) expect(log).toHaveBeenCalledTimes(1);
		await caller.call("noise.take", { noise: "little" });
		expect(asked).toEqual([{ noise: "little" }]);
	});

	it("skips a process that is stopped in order, and fails no call of any kind", async () => {
		const caller = await startCaller();
		const [leaving] = await Promise.all([forkNode("leaving"), forkNode("other")]);
		await meet(caller, "leaving", "other");
		const calls: Array<ReturnType<typeof outcome>> = [];
		stream = setInterval(() => calls.push(outcome(stamp(caller, { workMs: 20 }))), 2);
		await eventually(() => calls.length > 50);
		leaving.kill("SIGTERM");
		expect(await ended(leaving)).toEqual({ code: 0, signal: null });
		clearInterval(stream);
		expect((await Promise.all(calls)).filter(({ answer }) => answer === undefined)).toEqual([]);
	});

	it("avoids a frozen process, drops it after a while, and takes it back when it thaws", async () => {
		const caller = await startCaller();
		const [frozen] = await Promise.all([forkNode("frozen"), forkNode("other")]);
		await meet(caller, "frozen", "other");
		const calls: Array<ReturnType<typeof outcome>> = [];
		stream = setInterval(() => calls.push(outcome(look(caller))), 50);
		frozen.kill("SIGSTOP");
		const froze = performance.now();
		await eventually(() => !knows(caller, "frozen"), 12_000);
		console.info(`a frozen process is dropped after ${since(froze)} ms`);
		frozen.kill("SIGCONT");
		const thawed = performance.now();
		await eventually(() => knows(caller, "frozen"));
		console.info(`it is back ${since(thawed)} ms after it thawed`);
		clearInterval(stream);
		const outcomes = await Promise.all(calls);
		console.info(`${outcomes.length} calls, the slowest took ${Math.max(...outcomes.map(({ ms }) => ms))} ms`);
		expect(outcomes.filter(({ answer, ms }) => answer === undefined || ms > 2_000)).toEqual([]);
	});
});
