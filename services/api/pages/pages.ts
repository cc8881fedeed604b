import type { IncomingMessage, ServerResponse } from "node:http";
import fresh from "fresh";
import Negotiator from "negotiator";
import { isRead } from "../http/requests";
import { PAGE_HEADERS } from "./page-headers";
import type { PageFile } from "./page-files";

/** A page, and the URLs at which it is: itself and all below, which are links into the page. */
const PAGES = [
	{ at: /^\/shop(\/|$)/, file: "storefront/index.html" },
	// Below /operator/api are answers for the page.
	{ at: /^\/operator(\/(?!api(\/|$))|$)/, file: "console/index.html" },
];
/** URLs of files that pages load. */
const LOADED = /^\/((?:assets|pictures)\/.+)$/;

/** The smallest first: clients seldom say which they prefer. */
const ENCODINGS: Array<keyof PageFile["bodies"]> = ["br", "gzip"];

/** The pages for browsers: the storefront and the operator's console, each with its files. */
export class Pages {
	/** @param files by path, as `readPageFiles` reads them */
	constructor(private readonly files: ReadonlyMap<string, PageFile>) {}

	/** Whether there is a page, or a file of one, at this path. At `/` there is also an answer for programs. */
	has(path: string): boolean {
		return path === "/" || this.fileAt(path) !== undefined;
	}

	/** Answers a read with a page or a file of one. Returns false for all else, and for `/` where the client prefers JSON. */
	answer(request: IncomingMessage, response: ServerResponse): boolean {
		if (!isRead(request)) return false;
		const path = request.url!.split("?", 1)[0]!;
		if (path === "/") response.appendHeader("Vary", "Accept");
		const file = path === "/" ? this.startFor(request) : this.fileAt(path);
		if (!file) return false;
		send(file, request, response);
		return true;
	}

	/** The storefront for a client that prefers HTML to JSON, as browsers do. */
	private startFor(request: IncomingMessage): PageFile | undefined {
		const preferred = new Negotiator(request).mediaType(["application/json", "text/html"]);
		return preferred === "text/html" ? this.fileAt("/shop") : undefined;
	}

	private fileAt(path: string): PageFile | undefined {
		if (isOdd(path)) return undefined;
		const file = PAGES.find(({ at }) => at.test(path))?.file ?? LOADED.exec(path)?.[1];
		return file === undefined ? undefined : this.files.get(file);
	}
}

/** Whether a path has empty parts, or such that name a folder, which no link into a page has. */
function isOdd(path: string): boolean {
	const parts = path.split("/").slice(1);
	return parts.some((part, at) => part === "." || part === ".." || (part === "" && at < parts.length - 1));
}

function send(
	{ type, etag, cacheControl, bodies }: PageFile,
	request: IncomingMessage,
	response: ServerResponse,
): void {
	const known = { ETag: etag, "Cache-Control": cacheControl, ...PAGE_HEADERS };
	if (fresh(request.headers, { etag })) return void response.writeHead(304, known).end();
	const taken = new Negotiator(request).encodings(ENCODINGS);
	const encoding = ENCODINGS.find((each) => bodies[each] && taken.includes(each)) ?? "identity";
	const body = bodies[encoding]!;
	response
		.writeHead(200, {
			...known,
			"Content-Type": type,
			"Content-Length": body.length,
			...(encoding === "identity" ? {} : { "Content-Encoding": encoding }),
		})
		.end(request.method === "HEAD" ? undefined : body);
}
