import { randomUUID } from "node:crypto";
import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { TObject } from "@sinclair/typebox";
import getRawBody from "raw-body";
import { invalid, malformed } from "../../../shared/domain/refusals";
import { HttpError, malformedUrl } from "./problems";

const BODY_LIMIT_BYTES = 100 * 1024;
const BODY_MAX_DEPTH = 32;
const KEY_MAX_LENGTH = 255;

type Fields = Record<string, unknown>;

/** Whether the request changes nothing. */
export function isRead({ method }: Pick<IncomingMessage, "method">): boolean {
	return method === "GET" || method === "HEAD";
}

export function hasBody({ headers }: IncomingMessage): boolean {
	return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0;
}

export function isJson({ headers }: IncomingMessage): boolean {
	return /^application\/json *(; *charset="?utf-8"?)?$/i.test(headers["content-type"] ?? "");
}

/** Turns a target in absolute form, as proxies get it (`GET http://host/path`), into path and Host header (RFC 9112, 3.2.2). */
export function normalizeTarget(request: IncomingMessage): void {
	const [, host, path] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(request.url!) ?? [];
	if (host === undefined) return;
	request.headers.host = host;
	request.url = path!.startsWith("/") ? path : `/${path}`;
}

/** The client's X-Request-ID where it is safe in a header, a log line and a URN; else a new id. */
export function requestIdOf({ headers }: IncomingMessage): string {
	const given = headers["x-request-id"];
	return typeof given === "string" && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID();
}

/**
 * Path and query of a URL. Parameter names are taken literally: `a[b]` does not become an object, so no query operator can be injected.
 * @throws Refusal VALIDATION_FAILED for a parameter that comes twice
 * @throws HttpError MALFORMED_URL
 */
export function readUrl(requested: string): { url: string; query: Record<string, string> } {
	const [url = "/", search = ""] = splitOnce(requested, "?");
	const query: Record<string, string> = {};
	for (const part of search.split("&")) {
		if (part === "") continue;
		const [name = "", value = ""] = splitOnce(part, "=").map(decode);
		if (Object.hasOwn(query, name)) throw invalid(name.slice(0, 64), "may be given once");
		Object.defineProperty(query, name, { value, enumerable: true });
	}
	return { url, query };
}

function splitOnce(text: string, separator: string): string[] {
	const at = text.indexOf(separator);
	return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text.replaceAll("+", " "));
	} catch {
		throw new HttpError(malformedUrl);
	}
}

/**
 * The params of an action: from the path, and from the query of a GET or the body of another method. A parameter of the path may not be
 * repeated there.
 * @throws Refusal VALIDATION_FAILED, MALFORMED_BODY; HttpError UNSUPPORTED_MEDIA_TYPE for a compressed body, PAYLOAD_TOO_LARGE
 */
export async function readParams(
	request: IncomingMessage,
	schema: TObject,
	path: Readonly<Record<string, string>>,
	query: Readonly<Record<string, string>>,
): Promise<Fields> {
	if (!isRead(request)) refuse(Object.keys(query)[0], "is not a known query parameter");
	const rest = isRead(request) ? fromQuery(query, schema) : await readBody(request);
	refuse(
		Object.keys(path).find((name) => Object.hasOwn(rest, name)),
		"is not a known field",
	);
	return { ...rest, ...path };
}

function refuse(field: string | undefined, message: string): void {
	if (field !== undefined) throw invalid(field.slice(0, 64), message);
}

/** Query values are text: a value that is written as an integer becomes a number where the schema has an integer. */
function fromQuery(query: Readonly<Record<string, string>>, { properties }: TObject): Fields {
	const fields = Object.entries(query).map(([name, text]) => {
		const isInteger = Object.hasOwn(properties, name) && properties[name]!.type === "integer";
		return [name, isInteger && /^-?[0-9]{1,15}$/.test(text) ? Number(text) : text];
	});
	return Object.fromEntries(fields) as Fields;
}

async function readBody(request: IncomingMessage): Promise<Fields> {
	if (!hasBody(request)) return {};
	if (request.headers["content-encoding"] !== undefined) throw unsupported("The body may not be compressed.");
	const body = parse(await bytesOf(request));
	if (typeof body !== "object" || body === null || Array.isArray(body)) throw invalid("body", "must be an object");
	checkDepth(body);
	return body as Fields;
}

export function unsupported(detail: string): HttpError {
	return new HttpError({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE", detail });
}

/** @throws HttpError PAYLOAD_TOO_LARGE, at once; Refusal MALFORMED_BODY where the client ends the connection early */
async function bytesOf(request: IncomingMessage): Promise<Buffer> {
	try {
		return await getRawBody(request, { length: request.headers["content-length"], limit: BODY_LIMIT_BYTES });
	} catch (error) {
		// Node discards the rest as it arrives, so that a client that is still sending reads the answer.
		request.resume();
		if ((error as getRawBody.RawBodyError).type !== "entity.too.large")
			throw malformed("MALFORMED_BODY", "The body ended early.");
		const detail = `The body may have ${BODY_LIMIT_BYTES} bytes.`;
		throw new HttpError({ status: 413, code: "PAYLOAD_TOO_LARGE", detail });
	}
}

function parse(bytes: Buffer): unknown {
	if (!isUtf8(bytes)) throw malformed("MALFORMED_BODY", "The body is not UTF-8.");
	try {
		return JSON.parse(bytes.toString("utf8"));
	} catch {
		throw malformed("MALFORMED_BODY", "The body is not JSON.");
	}
}

/** Limits the depth, because code that copies or prints a body may be recursive. */
function checkDepth(value: unknown, depth = 1): void {
	if (typeof value !== "object" || value === null) return;
	if (depth > BODY_MAX_DEPTH) throw malformed("MALFORMED_BODY", `The body is nested more than ${BODY_MAX_DEPTH} deep.`);
	for (const inner of Object.values(value)) checkDepth(inner, depth + 1);
}

/**
 * The `Idempotency-Key`: bare, or quoted as in the IETF draft (`"..."`).
 * @throws Refusal INVALID_IDEMPOTENCY_KEY
 */
export function readIdempotencyKey({ headersDistinct }: IncomingMessage): string | undefined {
	const given = headersDistinct["idempotency-key"];
	if (given === undefined) return undefined;
	const [text = ""] = given;
	const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text);
	const key = quoted ? quoted[1]!.replace(/\\(.)/g, "$1") : text;
	if (given.length > 1 || key.length > KEY_MAX_LENGTH || !/^[\x20-\x7e]+$/.test(key)) {
		throw malformed(
			"INVALID_IDEMPOTENCY_KEY",
			`Idempotency-Key: one of 1 to ${KEY_MAX_LENGTH} printable ASCII characters`,
		);
	}
	return key;
}
