import type { IncomingMessage } from "node:http";
import { type Config, isLoopback } from "../../../config";
import { HttpError } from "./problems";
import { hasBody, isJson, isRead, unsupported } from "./requests";

/**
 * Refuses requests that a page of another site may have made a browser send: the shop has no sign-in, so the browser's place in the
 * network is all that such a page needs.
 */
export class BrowserGuard {
	constructor(private readonly config: Pick<Config, "protectedMode" | "corsOrigins">) {}

	/**
	 * In protected mode only loopback names are answered, as the name of another site can be made to lead here (DNS rebinding).
	 * @throws HttpError MALFORMED_REQUEST, MISDIRECTED_REQUEST
	 */
	checkHost({ headers, headersDistinct, httpVersion }: IncomingMessage): void {
		const { host } = headers;
		const given = headersDistinct.host?.length ?? 0;
		if (given > 1) throw malformed("There may be one Host header.");
		if (given === 0 && httpVersion === "1.1") throw malformed("There is no Host header.");
		if (host === undefined) return;
		const [, name] = /^(\[[0-9a-f:.]+\]|[^\s/?#@:[\]\\]*)(?::[0-9]*)?$/i.exec(host) ?? [];
		if (name === undefined) throw malformed("The Host header has to be a host, and perhaps a port.");
		if (!this.config.protectedMode || isLoopbackName(name.toLowerCase())) return;
		const detail = `In protected mode only localhost is answered, not ${name.slice(0, 255)}.`;
		throw new HttpError({ status: 421, code: "MISDIRECTED_REQUEST", detail });
	}

	/**
	 * A browser asks before a page of another origin may send JSON, but lets it send an empty body or a form at once.
	 * @throws HttpError UNSUPPORTED_MEDIA_TYPE for a write without JSON that does not come from a page of this shop, or from no page at all
	 */
	checkWrite(request: IncomingMessage): void {
		if (isRead(request) || isJson(request)) return;
		if (hasBody(request)) throw unsupported("The body has to be application/json in UTF-8.");
		const sender = this.senderOf(request);
		if (sender === "own page" || (sender === "no page" && request.headers["content-type"] === undefined)) return;
		throw unsupported("A request that changes something has to be application/json.");
	}

	private senderOf({ headers }: IncomingMessage): "own page" | "other page" | "no page" {
		const { origin, host } = headers;
		const { corsOrigins } = this.config;
		if (origin !== undefined) {
			const isOwn = URL.canParse(origin) && new URL(origin).host === host;
			return isOwn || corsOrigins === "*" || corsOrigins.includes(origin) ? "own page" : "other page";
		}
		// Browsers send this header to loopback and to https, and `none` for what a person typed.
		const site = headers["sec-fetch-site"];
		if (site === undefined) return "no page";
		return site === "same-origin" || site === "none" ? "own page" : "other page";
	}
}

function malformed(detail: string): HttpError {
	return new HttpError({ status: 400, code: "MALFORMED_REQUEST", detail });
}

function isLoopbackName(name: string): boolean {
	return isLoopback(name.replace(/^\[(.*)\]$/, "$1")) || name.endsWith(".localhost");
}
