import { join } from "node:path";
import { defineConfig } from "vite";
import { compressFiles } from "./compress-files.mjs";
import { pageUrls } from "./page-urls.mjs";

const WEB = join(import.meta.dirname, "..");

/** Builds the pages into dist/web, as plain files that the gateway serves. */
export default defineConfig({
	root: WEB,
	appType: "custom",
	oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
	build: {
		outDir: join(WEB, "..", "dist", "web"),
		emptyOutDir: true,
		target: "es2022",
		// The Content-Security-Policy lets no data be a script or a style.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		reportCompressedSize: false,
		rolldownOptions: {
			input: { storefront: join(WEB, "storefront/index.html"), console: join(WEB, "console/index.html") },
		},
	},
	plugins: [compressFiles(), pageUrls()],
});
