import { Agent, request } from "undici";

/** Live pages of customers that are open: streams of server-sent events, as browsers hold them. */
export class LivePages {
	private readonly agent = new Agent({ bodyTimeout: 0 });
	private readonly open = new Map<string, AbortController>();
	/** Events that came. */
	events = 0;

	constructor(private readonly url: string) {}

	/** Opens a customer's live page, and reads it until it is closed. Resolves once it is open. @throws Error where it is refused */
	async show(customerId: string): Promise<void> {
		const closing = new AbortController();
		this.open.set(customerId, closing);
		const { dispatcher, signal } = { dispatcher: this.agent, signal: closing.signal };
		const { statusCode, body } = await request(`${this.url}/mypages/${customerId}/events`, { dispatcher, signal });
		if (statusCode !== 200) throw new Error(`the live page of ${customerId} answered ${statusCode}`);
		void this.read(body);
	}

	hide(customerId: string): void {
		this.open.get(customerId)?.abort();
		this.open.delete(customerId);
	}

	async close(): Promise<void> {
		for (const customerId of [...this.open.keys()]) this.hide(customerId);
		await this.agent.destroy();
	}

	private async read(body: AsyncIterable<Buffer>): Promise<void> {
		try {
			for await (const chunk of body) this.events += chunk.toString().match(/^data:/gm)?.length ?? 0;
		} catch {
			// It was closed.
		}
	}
}
