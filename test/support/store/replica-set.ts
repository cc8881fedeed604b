import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { BSON, type Document, MongoClient, MongoServerError } from "mongodb";

const { Binary, Long, Timestamp } = BSON;

const OP_QUERY = 2004;
const OP_REPLY = 1;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const HELLO = new Set(["ismaster", "hello"]);
const WRITES = new Set(["insert", "update", "delete"]);
/** Fields that a standalone server does not know, or that the client behind sets again. */
const OF_REPLICA_SETS = new Set(["$db", "lsid", "txnNumber", "$clusterTime", "$readPreference", "readConcern"]);

/** Replies to a command in the server's place, or with nothing: then the server behind replies. May take its time. */
export type Interfere = (command: Document) => Document | undefined | Promise<Document | undefined>;

/**
 * A replica set of one member, played in front of a server that may be none: it has sessions, and operation times that each write moves on.
 * It keeps the commands that it was sent. `interfere` makes it fail, be slow, or show an older snapshot.
 */
export class PlayedReplicaSet {
	readonly commands: Document[] = [];
	interfere: Interfere | undefined;
	private readonly server: Server;
	private readonly sockets = new Set<Socket>();
	private time = 1;

	private constructor(
		private readonly behind: MongoClient,
		/** The name of the database in the URI of the server behind. */
		readonly database: string,
	) {
		this.server = createServer((socket) => this.serve(socket));
	}

	static async before(uri: string): Promise<PlayedReplicaSet> {
		const client = await MongoClient.connect(uri);
		const set = new PlayedReplicaSet(client, client.db().databaseName);
		await new Promise<void>((resolve) => set.server.listen(0, "127.0.0.1", resolve));
		return set;
	}

	get host(): string {
		return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** The time of the last write, which any reply carries. */
	get operationTime(): BSON.Timestamp {
		return new Timestamp({ t: this.time, i: 1 });
	}

	sent(name: string): Document[] {
		return this.commands.filter((command) => name in command);
	}

	async close(): Promise<void> {
		for (const socket of this.sockets) socket.destroy();
		await new Promise((resolve) => this.server.close(resolve));
		await this.behind.close();
	}

	private serve(socket: Socket): void {
		let received = Buffer.alloc(0);
		this.sockets.add(socket);
		socket.on("error", () => undefined).on("close", () => this.sockets.delete(socket));
		socket.on("data", (data) => {
			received = Buffer.concat([received, data]);
			while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
				const message = received.subarray(0, received.readInt32LE(0));
				received = received.subarray(message.length);
				void this.reply(message).then(
					(reply) => socket.writable && socket.write(reply),
					() => socket.destroy(),
				);
			}
		});
	}

	private async reply(message: Buffer): Promise<Buffer> {
		const kind = message.readInt32LE(12);
		const command = kind === OP_QUERY ? readQuery(message) : readMessage(message);
		const answer = {
			...(await this.answer(command)),
			operationTime: this.operationTime,
			$clusterTime: this.clusterTime,
		};
		return write(message.readInt32LE(4), kind === OP_QUERY, answer);
	}

	private async answer(command: Document): Promise<Document> {
		const name = Object.keys(command)[0]!;
		if (HELLO.has(name.toLowerCase())) return this.hello();
		this.commands.push(command);
		const instead = await this.interfere?.(command);
		if (instead) return instead;
		if (WRITES.has(name)) this.time++;
		const plain = Object.fromEntries(Object.entries(command).filter(([field]) => !OF_REPLICA_SETS.has(field)));
		try {
			return await this.behind.db(command.$db).command(plain, { promoteLongs: false });
		} catch (error) {
			if (error instanceof MongoServerError) return { ...error.errorResponse, ok: 0 };
			throw error;
		}
	}

	private get clusterTime(): Document {
		const signature = { hash: new Binary(Buffer.alloc(20)), keyId: Long.ZERO };
		return { clusterTime: this.operationTime, signature };
	}

	private hello(): Document {
		return {
			ismaster: true,
			isWritablePrimary: true,
			setName: "rs0",
			setVersion: 1,
			hosts: [this.host],
			primary: this.host,
			me: this.host,
			maxBsonObjectSize: 16_777_216,
			maxMessageSizeBytes: 48_000_000,
			maxWriteBatchSize: 100_000,
			minWireVersion: 0,
			maxWireVersion: 21,
			logicalSessionTimeoutMinutes: 30,
			localTime: new Date(),
			ok: 1,
		};
	}
}

/** The command of an OP_QUERY, which only a client's first `hello` is. */
function readQuery(message: Buffer): Document {
	const command = message.indexOf(0, HEADER_BYTES + 4) + 1 + 8;
	return BSON.deserialize(message.subarray(command), { promoteLongs: false });
}

/** The command of an OP_MSG, with its sequences of documents as arrays. */
function readMessage(message: Buffer): Document {
	const command: Document = {};
	for (let at = HEADER_BYTES + 4; at < message.length;) {
		const isSequence = message[at++] === 1;
		const end = at + message.readInt32LE(at);
		if (!isSequence) Object.assign(command, BSON.deserialize(message.subarray(at, end), { promoteLongs: false }));
		else {
			const name = message.indexOf(0, at + 4);
			const documents: Document[] = [];
			for (let next = name + 1; next < end; next += message.readInt32LE(next)) {
				documents.push(
					BSON.deserialize(message.subarray(next, next + message.readInt32LE(next)), { promoteLongs: false }),
				);
			}
			command[message.toString("utf8", at + 4, name)] = documents;
		}
		at = end;
	}
	return command;
}

function write(requestId: number, isReply: boolean, answer: Document): Buffer {
	const body = BSON.serialize(answer, { ignoreUndefined: true });
	// OP_REPLY: flags, cursor, start and number of documents. OP_MSG: flags and the kind of the section.
	const before = Buffer.alloc(HEADER_BYTES + (isReply ? 20 : 5));
	before.writeInt32LE(before.length + body.length, 0);
	before.writeInt32LE(requestId, 8);
	before.writeInt32LE(isReply ? OP_REPLY : OP_MSG, 12);
	if (isReply) before.writeInt32LE(1, HEADER_BYTES + 16);
	return Buffer.concat([before, body]);
}
