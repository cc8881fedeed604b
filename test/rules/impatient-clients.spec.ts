import type { Socket } from "node:net";
import { ImpatientClients } from "../../services/api/http/impatient-clients";

describe("clients that ask again before their Retry-After is over", () => {
	it("wait for their next refusal, 1,000 of them at most; further ones get it at once", async () => {
		const clients = new ImpatientClients();
		const sockets = Array.from({ length: 1_001 }, () => ({}) as Socket);
		for (const socket of sockets) await clients.hold(socket, 10);
		let held = 0;
		const refusals = sockets.slice(0, 1_000).map((socket) => {
			held++;
			return clients.hold(socket, 10).then(() => held--);
		});
		await clients.hold(sockets[1_000]!, 10);
		expect(held).toBe(1_000);
		await Promise.all(refusals);
	});
});
