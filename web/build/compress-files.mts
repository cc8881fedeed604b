import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(html|js|css|svg)$/;

/** Writes each text of the build also compressed, as `.br` and `.gz`, so that the gateway never compresses a page. */
export function compressFiles(): Plugin {
	let folder = "";
	return {
		name: "compress-files",
		apply: "build",
		configResolved(config) {
			folder = config.build.outDir;
		},
		async closeBundle() {
			const files = await readdir(folder, { recursive: true });
			await Promise.all(files.filter((file) => TEXT.test(file)).map((file) => compress(join(folder, file))));
		},
	};
}

async function compress(path: string): Promise<void> {
	const text = await readFile(path);
	const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
	const [br, gz] = await Promise.all([
		promisify(brotliCompress)(text, { params }),
		promisify(gzip)(text, { level: 9 }),
	]);
	await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
}
