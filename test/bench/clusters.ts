// Starts what is measured over NATS: the shop, a naive shop or a bare hop, as several processes with a nats-server of their own.
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endWithThisProcess } from "../../operator/cluster/guard";
import { type Cluster, type ClusterOptions, startCluster } from "../support/cluster/cluster";
import { ended, freePort } from "../support/cluster/processes";
import { startNats, type TestServer } from "../support/cluster/servers";
import { COMPILED } from "../support/compile";
import { combine, type Counts, countsOf } from "../support/shop/counts";
import { eventually } from "../support/world";
import type { Subject } from "./subject";
import { type Usage, usageOf } from "./usage";

const START_WITHIN_MS = 60_000;
const AUDIT_WITHIN_S = 60;

export type OverNats = "shop over NATS" | "naive over NATS" | "NATS hop";

/** The services of each process; the gateway's comes first. */
const PROCESSES = {
	naive: ["api", "product", "customer", "order", "payment", "cart", "mypage"],
	empty: ["api", "empty"],
} as const;

/** Starts a process of each service. @throws Error where they do not answer within 60 s */
export async function startOverNats(kind: OverNats): Promise<Subject> {
	switch (kind) {
		case "shop over NATS":
			return startShopOverNats();
		case "naive over NATS":
			return NaiveOverNats.start("naive");
		case "NATS hop":
			return NaiveOverNats.start("empty");
	}
}

/** @throws Error where a process is not ready within 60 s */
export async function startShopOverNats(options: Pick<ClusterOptions, "processes"> = {}): Promise<Subject> {
	return new ShopOverNats(await startCluster({ ...options, module: () => "test/bench/subjects/shop.ts" }));
}

/** The shop with JetStream and LMDB. */
class ShopOverNats implements Subject {
	readonly url: string;
	readonly processes: readonly ChildProcess[];

	constructor(private readonly cluster: Cluster) {
		const processes = [...cluster.processes("api"), ...cluster.processes().filter(({ service }) => service !== "api")];
		this.url = cluster.urls[0]!;
		this.processes = processes.map(({ child }) => child);
	}

	usage(): Promise<Usage> {
		const { nats, env } = this.cluster;
		return usageOf(pidsOf([...this.processes, nats.process]), [env.DATA_DIR!, nats.dataDir]);
	}

	async counts(): Promise<Counts> {
		const counts = await Promise.all(this.processes.map((child) => countsOf(child)));
		return counts.reduce((sum, each) => combine(sum, each, (a, b) => a + b));
	}

	async stop(): Promise<void> {
		try {
			await this.cluster.audit(AUDIT_WITHIN_S);
		} finally {
			await this.cluster.stop();
		}
	}
}

/** Processes that run a module of test/bench/subjects, each with one of its services. */
class NaiveOverNats implements Subject {
	readonly processes: ChildProcess[] = [];
	private readonly dataDir = mkdtempSync(join(tmpdir(), "funshop-bench-"));

	private constructor(
		readonly url: string,
		private readonly nats: TestServer,
	) {}

	static async start(module: keyof typeof PROCESSES): Promise<NaiveOverNats> {
		const port = await freePort();
		const subject = new NaiveOverNats(`http://127.0.0.1:${port}`, await startNats());
		try {
			for (const service of PROCESSES[module]) subject.run(module, { SERVICES: service, PORT: String(port) });
			const answers = () =>
				fetch(`${subject.url}/mypages/nobody`).then(
					({ ok }) => ok,
					() => false,
				);
			await eventually(answers, START_WITHIN_MS);
			return subject;
		} catch (error) {
			await subject.stop();
			throw error;
		}
	}

	usage(): Promise<Usage> {
		return usageOf(pidsOf([...this.processes, this.nats.process]), [this.dataDir, this.nats.dataDir]);
	}

	async counts(): Promise<undefined> {
		return undefined;
	}

	async stop(): Promise<void> {
		for (const child of this.processes) child.kill("SIGKILL");
		await Promise.all(this.processes.map(ended));
		await this.nats.stop();
		rmSync(this.dataDir, { recursive: true });
	}

	private run(module: string, env: Record<string, string>): void {
		const { dataDir: DATA_DIR, nats } = this;
		const child = fork(join(COMPILED, "test/bench/subjects", `${module}.js`), {
			env: { PATH: process.env.PATH, NODE_ENV: "production", TRANSPORTER: nats.url, DATA_DIR, ...env },
			stdio: ["ignore", "ignore", "inherit", "ipc"],
		});
		endWithThisProcess(child);
		this.processes.push(child);
	}
}

function pidsOf(processes: readonly ChildProcess[]): number[] {
	return processes.map(({ pid }) => pid!);
}
