import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
	".html": "text/html; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml",
};
/** The names of these files have a hash of their content. */
const HASHED = /^assets\//;

/** A file of the built pages, with the same bytes in each encoding that the build has made. */
export interface PageFile {
	type: string;
	/** A weak entity tag, as the encodings share it. */
	etag: string;
	cacheControl: string;
	bodies: { identity: Buffer; br?: Buffer; gzip?: Buffer };
}

/** The folder that `npm run build` writes the pages into: beside the package.json of the code that runs. */
export function builtPages(): string {
	let folder = __dirname;
	while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) folder = dirname(folder);
	return join(folder, "dist", "web");
}

/**
 * Reads all files of the folder, by their paths within it, such as `storefront/index.html`. They stay in memory: a request reads no disk, leads to
 * no file outside, and meets no half of a new build. Empty where there is no folder.
 */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
	if (!existsSync(folder)) return new Map();
	const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => extname(path) in TYPES);
	return new Map(paths.map((path) => [path.replaceAll("\\", "/"), readPageFile(folder, path)]));
}

function readPageFile(folder: string, path: string): PageFile {
	const read = (suffix: string) => {
		const file = join(folder, path + suffix);
		return existsSync(file) ? readFileSync(file) : undefined;
	};
	const identity = readFileSync(join(folder, path));
	const digest = createHash("sha256").update(identity).digest("base64url").slice(0, 16);
	return {
		type: TYPES[extname(path)]!,
		etag: `W/"${digest}"`,
		cacheControl: HASHED.test(path) ? "public, max-age=31536000, immutable" : "no-cache",
		bodies: { identity, br: read(".br"), gzip: read(".gz") },
	};
}
