import { Agent, createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const LOOK_EVERY_MS = 100;
/** Longer than the gateways' keep-alive time, which clients see: a shorter one would close connections that clients still use. */
const KEEP_ALIVE_TIMEOUT_MS = 120_000;

/** A load balancer: sends each request once, to the gateways that are ready, in turn. With `looks` false it takes all for ready. */
export class RoundRobin {
	private ready: string[] = [];
	private turn = 0;
	private readonly agent = new Agent({ keepAlive: true });
	private readonly server: Server;
	private looking: NodeJS.Timeout | undefined;

	constructor(
		private readonly gateways: () => readonly string[],
		private readonly looks = true,
	) {
		this.server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS }, (request, response) => {
			const ready = this.looks ? this.ready : this.gateways();
			const target = ready[this.turn++ % Math.max(1, ready.length)];
			if (target === undefined) return void response.writeHead(502).end("no gateway is ready");
			const { method, headers, url } = request;
			const forwarded = httpRequest(target + url, { method, headers, agent: this.agent }, (answer) => {
				response.writeHead(answer.statusCode!, answer.headers);
				answer.pipe(response);
			});
			forwarded.on("error", (error) => {
				if (response.headersSent) response.destroy();
				else response.writeHead(502).end(`${target}: ${error.message}`);
			});
			request.pipe(forwarded);
		});
	}

	/** Resolves with its URL after the first readiness check of the gateways. */
	async start(): Promise<string> {
		if (this.looks) {
			await this.look();
			this.looking = setInterval(() => void this.look(), LOOK_EVERY_MS);
		}
		await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async stop(): Promise<void> {
		clearInterval(this.looking);
		this.agent.destroy();
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private async look(): Promise<void> {
		const looks = this.gateways().map(async (url) => {
			try {
				const { ok } = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) });
				return ok ? [url] : [];
			} catch {
				return [];
			}
		});
		this.ready = (await Promise.all(looks)).flat();
	}
}
