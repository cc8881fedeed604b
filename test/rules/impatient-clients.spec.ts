import type { Socket } from "node:net";
import { HELD_LIMIT, ImpatientClients } from "../../services/api/http/impatient-clients";

describe("clients that ask again before their Retry-After is over", () => {
	it("wait for their next refusal, a limited number of them; further ones get it at once", async () => {
		const clients = new ImpatientClients();
		const sockets = Array.from({ length: HELD_LIMIT + 1 }, () => ({}) as Socket);
		for (const socket of sockets) await clients.hold(socket, 10, 0);
		let held = 0;
		const refusals = sockets.slice(0, HELD_LIMIT).map((socket) => {
			held++;
			return clients.hold(socket, 10, 0).then(() => held--);
		});
		await clients.hold(sockets[HELD_LIMIT]!, 10, 0);
		expect(held).toBe(HELD_LIMIT);
		await Promise.all(refusals);
	});

	it("do not wait for a refusal that took two seconds already", async () => {
		const clients = new ImpatientClients();
		const socket = {} as Socket;
		await clients.hold(socket, 10, 0);
		const since = performance.now();
		await clients.hold(socket, 10, 2_000);
		expect(performance.now() - since).toBeLessThan(500);
	});
});
