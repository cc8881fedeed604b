import type { Logger } from "moleculer";
import type { JetStreamEventBus } from "../../shared/events/jetstream/jetstream-bus";
import { asOperator, openBus } from "../support/events/jetstream";
import { describeWith, startNats, startNatsCluster, type TestServer } from "../support/cluster/servers";
import { eventually, silentLogger } from "../support/world";

const STREAMS = ["FUNSHOP-s", "FUNSHOP-s-REPLAYS", "KV_FUNSHOP-s-dead", "KV_FUNSHOP-s-tries"];

describeWith(["nats"], "the streams of a shop", () => {
	let servers: TestServer[] = [];
	let bus: JetStreamEventBus | undefined;
	const logged: string[] = [];
	/** Not the lines that say that the servers of the cluster do not have each other yet. */
	const log = (line: string) => void (line.startsWith("Waiting for") || logged.push(line));
	const logger = { ...silentLogger, warn: log, info: log } as Logger;

	const open = async () => (bus = await openBus(servers[0]!.url, "s", { logger }));
	const replicas = () =>
		asOperator(servers[0]!.url, (jsm) =>
			Promise.all(STREAMS.map(async (name) => (await jsm.streams.info(name)).config.num_replicas)),
		);

	beforeEach(() => void logged.splice(0));
	afterEach(async () => {
		await bus?.close();
		bus = undefined;
		await Promise.all(servers.splice(0).map((server) => server.stop()));
	});

	it("have three replicas in a cluster of three servers that is named by one URL, also where they had fewer", async () => {
		servers = await startNatsCluster(3);
		await open();
		expect(await replicas()).toEqual([3, 3, 3, 3]);
		expect(logged).toEqual([]);
		await bus!.close();
		await asOperator(servers[0]!.url, async (jsm) => {
			for (const name of STREAMS) await jsm.streams.update(name, { num_replicas: 1 });
		});
		await open();
		expect(await replicas()).toEqual([3, 3, 3, 3]);
		expect(logged).toEqual(STREAMS.map((name) => `${name} is kept on 3 servers of NATS from now on, in place of 1`));
	}, 40_000);

	it("have one replica in a cluster of two servers, which is warned about", async () => {
		servers = await startNatsCluster(2);
		await open();
		expect(await replicas()).toEqual([1, 1, 1, 1]);
		expect(logged).toEqual([expect.stringContaining("keeps streams of the shop on 1 server(s) only")]);
	}, 40_000);

	it("have one replica on a server that is alone, without a word", async () => {
		servers = [await startNats()];
		await open();
		await eventually(() => bus!.connected);
		expect([await replicas(), logged]).toEqual([[1, 1, 1, 1], []]);
	}, 40_000);
});
