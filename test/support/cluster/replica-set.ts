import { MongoClient } from "mongodb";
import { startMongod, type TestServer } from "./servers";
import { eventually } from "../world";

const ELECTED_WITHIN_MS = 60_000;
/** Each of several servers would take half of the machine's memory. */
const SMALL = ["--wiredTigerCacheSizeGB", "0.25"];

/** A replica set of MongoDB's own servers. */
export class TestReplicaSet {
	private constructor(readonly members: readonly TestServer[]) {}

	/** Starts it, and resolves once it has a primary. */
	static async start(size: number, ...options: string[]): Promise<TestReplicaSet> {
		const starts = Array.from({ length: size }, () => startMongod("--replSet", "rs0", ...SMALL, ...options));
		const set = new TestReplicaSet(await Promise.all(starts));
		const members = set.members.map(({ port }, _id) => ({ _id, host: `127.0.0.1:${port}` }));
		await set.ask(set.members[0]!, { replSetInitiate: { _id: "rs0", members } });
		await set.primary();
		return set;
	}

	get url(): string {
		const hosts = this.members.map(({ port }) => `127.0.0.1:${port}`).join(",");
		return `mongodb://${hosts}/funshop?replicaSet=rs0`;
	}

	/** The member that is the primary, once there is one. */
	primary(): Promise<TestServer> {
		return eventually(async () => {
			for (const member of this.members) {
				const hello = await this.ask(member, { hello: 1 }).catch(() => undefined);
				if (hello?.isWritablePrimary === true) return member;
			}
			return undefined;
		}, ELECTED_WITHIN_MS);
	}

	/** Sends a command for administrators to one member. */
	async ask(member: TestServer, command: Record<string, unknown>) {
		const uri = `mongodb://127.0.0.1:${member.port}/?directConnection=true&serverSelectionTimeoutMS=2000`;
		const client = new MongoClient(uri);
		try {
			return await client.db("admin").command(command);
		} finally {
			await client.close();
		}
	}

	async stop(): Promise<void> {
		await Promise.all(this.members.map((member) => member.stop()));
	}
}
