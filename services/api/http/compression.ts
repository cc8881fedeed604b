import { type IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import Negotiator from "negotiator";

const compress = promisify(gzip);

/** A smaller body fits into one packet anyway. */
const WORTHWHILE_BYTES = 1_400;
/** Makes JSON about as small as higher levels do, in half of their time. */
const LEVEL = 3;
/** Each takes a thread, which the store needs too, and some 300 kB. Further bodies are sent as they are. */
const CONCURRENT = 3;
let running = 0;

/** A response whose JSON is compressed where the client takes that. */
export class CompressingResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
	override end(...given: unknown[]): this {
		const [body] = given;
		if (typeof body !== "string" || !this.isWorthwhile(body)) return super.end(...(given as []));
		void this.endCompressed(body);
		return this;
	}

	private isWorthwhile(body: string): boolean {
		return (
			running < CONCURRENT &&
			body.length >= WORTHWHILE_BYTES &&
			!this.headersSent &&
			// A strong tag names the exact bytes, so those of another encoding need another tag (RFC 9110, 8.8.3.3).
			/^(W\/.*)?$/.test(String(this.getHeader("ETag") ?? "")) &&
			new Negotiator(this.req).encodings(["gzip"]).length > 0
		);
	}

	private async endCompressed(body: string): Promise<void> {
		running++;
		try {
			const bytes = await compress(body, { level: LEVEL });
			this.setHeader("Content-Encoding", "gzip");
			super.end(bytes);
		} catch {
			super.end(body);
		} finally {
			running--;
		}
	}
}
