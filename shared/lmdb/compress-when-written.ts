import { createRequire } from "node:module";
import { dirname, join } from "node:path";

interface Addon {
	/** Begins to compress a queued value in a thread of its own. */
	compress(): void;
}

// lmdb 3.5 hands each value to a thread of compression as soon as it is queued, which takes the caller longer than the rest of the write; and where the
// condition of the write fails, the compressed value is never freed. The thread that writes compresses each value that is not compressed yet (lmdb's
// src/writer.cpp), so nothing needs to be handed over. Import this before lmdb, which takes the function when it is loaded.
const main = require.resolve("lmdb");
const load = createRequire(main)("node-gyp-build-optional-packages") as (folder: string) => Addon;
load(join(dirname(main), "..")).compress = () => undefined;
