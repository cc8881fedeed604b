import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";
import type { Logger } from "moleculer";
import type { Config } from "../../../config";
import { HttpError } from "./problems";

/** Wrong tokens of one address that are answered at once; then one more each so many milliseconds. */
const GUESSES = { burst: 10, everyMs: 6_000 };
/** Addresses whose wrong tokens are counted. */
const ADDRESSES = 10_000;
const NAME = /^[\x20-\x7e]{1,64}$/;

/** Who asks, for the trail of what operators have done. */
export interface Operator {
	/** `loopback`, or `token` with a fingerprint of it. */
	by: string;
	/** What the request says; nobody checks it. */
	name?: string;
}

/** Whether a URL is one of the operator's, however it is written. @param url a path, and perhaps a query */
export function isOperators(url: string): boolean {
	return /^\/+operator(\/|$)/i.test(pathOf(url));
}

/** Whether a URL is one of the operator's that leads to data; the others are the console's page, which has none. */
function isData(url: string): boolean {
	return /^\/+operator\/+api(\/|$)/i.test(pathOf(url));
}

function pathOf(url: string): string {
	const [path = ""] = url.split(/[?#]/, 1);
	// The path of nearly every request.
	if (!path.includes("%")) return path;
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}

/**
 * Lets only operators reach their URLs. They are served where protected mode lets nobody but this machine in, or where a token is set, which each
 * request has to bring then; else they are not there.
 */
export class OperatorGuard {
	private readonly token: Buffer | undefined;
	private readonly byToken: string;
	private readonly guesses = new Map<string, Guesses>();

	constructor(
		private readonly config: Pick<Config, "protectedMode" | "operatorToken">,
		private readonly logger: Logger,
		private readonly now = () => performance.now(),
	) {
		const { operatorToken } = config;
		this.token = operatorToken === undefined ? undefined : digest(operatorToken);
		this.byToken = `token ${digest(`fingerprint ${operatorToken}`).toString("hex").slice(0, 8)}`;
	}

	/** Whether there is a console at all. */
	get isServed(): boolean {
		return this.token !== undefined || this.config.protectedMode;
	}

	/**
	 * Who asks for this URL of the operator's; undefined for the console's page, which anybody may load where there is a console.
	 * @throws HttpError NOT_FOUND, OTHER_ORIGIN, TOKEN_NEEDED, WRONG_TOKEN, TOO_MANY_GUESSES
	 */
	check(request: IncomingMessage): Operator | undefined {
		if (!this.isServed) throw notFound();
		if (!isData(request.url!)) return undefined;
		refuseOtherOrigins(request);
		const by = this.token ? this.checkToken(request, this.token) : "loopback";
		const name = request.headers["x-operator"];
		return { by, ...(typeof name === "string" && NAME.test(name) && { name }) };
	}

	private checkToken(request: IncomingMessage, token: Buffer): string {
		const [, given] = /^Bearer +([^\s]{1,1024})$/i.exec(request.headers.authorization ?? "") ?? [];
		if (given === undefined) throw unauthorized("TOKEN_NEEDED", "The operator's token is needed.");
		// The right one passes whatever was guessed: behind a proxy all clients have one address, and nobody may lock operators out.
		if (timingSafeEqual(digest(given), token)) return this.byToken;
		const address = networkOf(request.socket.remoteAddress ?? "");
		const waitMs = this.note(address);
		if (waitMs > 0) throw tooManyGuesses(Math.ceil(waitMs / 1_000));
		this.logger.warn(`A wrong OPERATOR_TOKEN came from ${address}`);
		throw unauthorized("WRONG_TOKEN", "This is not the operator's token.");
	}

	/** Counts a wrong token, and returns for how many milliseconds its address should have waited with it. */
	private note(address: string): number {
		const now = this.now();
		const guesses = this.guesses.get(address) ?? new Guesses();
		const waitMs = guesses.waitMs(now);
		if (waitMs === 0) guesses.note(now);
		this.guesses.delete(address);
		this.guesses.set(address, guesses);
		if (this.guesses.size > ADDRESSES) this.guesses.delete(this.guesses.keys().next().value!);
		return waitMs;
	}
}

/** Counts wrong tokens: each fills a bucket by one, and time empties it. */
class Guesses {
	private level = 0;
	private at = 0;

	note(now: number): void {
		this.level = this.levelAt(now) + 1;
		this.at = now;
	}

	/** How long to wait until the next one is let in, in milliseconds. */
	waitMs(now: number): number {
		return Math.max(0, (this.levelAt(now) - GUESSES.burst + 1) * GUESSES.everyMs);
	}

	private levelAt(now: number): number {
		return Math.max(0, this.level - (now - this.at) / GUESSES.everyMs);
	}
}

/** A page of another origin may not even read through a browser that reaches the console: there is no CORS here. */
function refuseOtherOrigins({ headers }: IncomingMessage): void {
	const { origin, host } = headers;
	const site = headers["sec-fetch-site"];
	const isOwn = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
	if (isOwn && (site === undefined || site === "same-origin" || site === "none")) return;
	const detail = "The console answers its own page alone.";
	throw new HttpError({ status: 403, code: "OTHER_ORIGIN", detail });
}

/** An address; of IPv6 its /64, as one client has all of that. */
function networkOf(address: string): string {
	if (!isIPv6(address) || address.startsWith("::ffff:")) return address;
	const [head = [], tail = []] = address.split("::").map((part) => (part === "" ? [] : part.split(":")));
	const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => "0");
	return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}

function digest(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}

/** The same as for any URL that does not exist. */
function notFound(): HttpError {
	return new HttpError({ status: 404, code: "NOT_FOUND", detail: "There is nothing at this URL." });
}

function unauthorized(code: string, detail: string): HttpError {
	return new HttpError({ status: 401, code, detail, headers: { "WWW-Authenticate": 'Bearer realm="operator"' } });
}

function tooManyGuesses(retryAfterS: number): HttpError {
	const detail = "There were too many wrong tokens.";
	return new HttpError({ status: 429, code: "TOO_MANY_GUESSES", detail, retryAfterS });
}
