import { get as httpGet, type IncomingMessage } from "node:http";
import type { ServiceBroker } from "moleculer";
import { gatewayUrl } from "../../../services/api/api.service";

export interface Answer<Body> {
	status: number;
	headers: Headers;
	body: Body;
}

/** Base URL of a started shop of this process. */
export function baseUrl(broker: ServiceBroker): string {
	const url = gatewayUrl(broker);
	if (url === undefined) throw new Error("this shop has no gateway");
	return url;
}

/** Sends one request. An object is sent as JSON, and an answer in JSON is parsed. */
export async function request<Body = any>(
	url: string,
	method = "GET",
	body?: unknown,
	headers: Record<string, string> = {},
): Promise<Answer<Body>> {
	const response = await fetch(url, {
		method,
		headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
		body:
			body === undefined || typeof body === "string" || body instanceof Uint8Array
				? (body as string)
				: JSON.stringify(body),
	});
	const text = await response.text();
	const isJson = response.headers.get("content-type")?.includes("json");
	return {
		status: response.status,
		headers: response.headers,
		body: (isJson && text ? JSON.parse(text) : text) as Body,
	};
}

/** The client of one shop: `get("/products")`, `post("/orders", {...})`. */
export function clientOf(base: string) {
	return {
		get: <Body = any>(path: string, headers?: Record<string, string>) =>
			request<Body>(base + path, "GET", undefined, headers),
		post: <Body = any>(path: string, body?: unknown, headers?: Record<string, string>) =>
			request<Body>(base + path, "POST", body, headers),
		patch: <Body = any>(path: string, body?: unknown, headers?: Record<string, string>) =>
			request<Body>(base + path, "PATCH", body, headers),
	};
}

/** A reader of server-sent events that keeps all text that it receives. */
export class EventReader {
	text = "";
	readonly ended: Promise<void>;

	private constructor(readonly response: IncomingMessage) {
		response.setEncoding("utf8").on("data", (chunk: string) => (this.text += chunk));
		this.ended = new Promise((resolve) => response.once("close", resolve));
		response.on("error", () => undefined);
	}

	static open(url: string, lastEventId?: string, more: Record<string, string> = {}): Promise<EventReader> {
		const headers = lastEventId === undefined ? more : { ...more, "Last-Event-ID": lastEventId };
		return new Promise((resolve, reject) => {
			httpGet(url, { headers, agent: false }, (response) => resolve(new EventReader(response))).on("error", reject);
		});
	}

	close(): void {
		this.response.destroy();
	}
}
