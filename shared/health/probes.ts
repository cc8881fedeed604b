import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ServiceBroker } from "moleculer";
import type { EventBus } from "../events/event-bus";
import { prometheusText } from "./metrics";
import { isAlive, readinessOf } from "./readiness";

/**
 * Serves `/livez`, `/readyz` and `/metrics` of a process on a port of its own, from before the broker starts until the process ends. As with
 * Kubernetes' own, `/readyz?exclude=<name>` leaves a check out; it may be repeated.
 */
export class ProbeServer {
	private readonly server: Server;

	constructor(
		private readonly broker: ServiceBroker,
		private readonly bus: Pick<EventBus, "backlog" | "idConflicts">,
	) {
		this.server = createServer(
			(request, response) => void this.answer(request, response).catch(() => response.destroy()),
		);
	}

	/** @throws Error where the port is taken or the host is not an address of this machine */
	async listen(port: number, host: string): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.server.once("error", reject).listen(port, host, resolve);
		});
	}

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const reply = (status: number, type: string, body: string) =>
			response.writeHead(status, { "Content-Type": type }).end(body);
		const { pathname, searchParams } = new URL(request.url ?? "", "http://probe");
		switch (pathname) {
			case "/livez": {
				const alive = isAlive(this.broker);
				return void reply(alive ? 200 : 503, "application/json", JSON.stringify({ status: alive ? "alive" : "stuck" }));
			}
			case "/readyz": {
				const { ready, checks } = await readinessOf(this.broker, searchParams.getAll("exclude"));
				const body = JSON.stringify({ status: ready ? "ready" : "not ready", checks });
				return void reply(ready ? 200 : 503, "application/json", body);
			}
			case "/metrics":
				return void reply(200, "text/plain; version=0.0.4; charset=utf-8", await prometheusText(this.broker, this.bus));
			default:
				return void reply(404, "application/json", JSON.stringify({ status: "there is /livez, /readyz and /metrics" }));
		}
	}
}
