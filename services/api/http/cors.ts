import type { IncomingMessage, ServerResponse } from "node:http";
import type { Config } from "../../../config";

const EXPOSED = "Location, X-Request-ID, Retry-After, ETag";
const ALLOWED_HEADERS = "Content-Type, Idempotency-Key, X-Request-ID, Last-Event-ID, If-Match, If-None-Match";
const ALLOWED_METHODS = "GET, HEAD, POST, PATCH";
const KEEP_PREFLIGHT_S = 600;

/**
 * Sets the headers by which browsers let pages of other origins call the shop (https://fetch.spec.whatwg.org/#http-cors-protocol).
 * A request from another origin is answered without them, and the browser withholds the answer from the page.
 */
export function allowCors(origins: Config["corsOrigins"], request: IncomingMessage, response: ServerResponse): void {
	const { origin } = request.headers;
	const anyOrigin = origins === "*";
	if (!anyOrigin && origins.length > 0) response.appendHeader("Vary", "Origin");
	if (origin === undefined || !(anyOrigin || origins.includes(origin))) return;
	response.setHeader("Access-Control-Allow-Origin", anyOrigin ? "*" : origin);
	response.setHeader("Access-Control-Expose-Headers", EXPOSED);
	if (!anyOrigin) response.setHeader("Access-Control-Allow-Credentials", "true");
	if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined) return;
	response.setHeader("Access-Control-Allow-Methods", ALLOWED_METHODS);
	response.setHeader("Access-Control-Allow-Headers", ALLOWED_HEADERS);
	response.setHeader("Access-Control-Max-Age", String(KEEP_PREFLIGHT_S));
}
