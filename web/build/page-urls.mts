import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";

const PAGES: ReadonlyArray<[page: string, at: RegExp]> = [
	["storefront", /^\/(shop(\/.*)?)?$/],
	["console", /^\/operator(\/.*)?$/],
];

/** Lets Vite's server, which `npm run dev` starts, answer the pages at the URLs at which the gateway serves them. */
export function pageUrls(): Plugin {
	return {
		name: "page-urls",
		apply: "serve",
		configureServer({ middlewares, config, transformIndexHtml }) {
			middlewares.use(async (request, response, next) => {
				const url = request.url!.split("?")[0]!;
				const [page] = PAGES.find(([, at]) => at.test(url)) ?? [];
				if (page === undefined || !request.headers.accept?.includes("text/html")) return next();
				const html = await readFile(join(config.root, page, "index.html"), "utf8");
				response.setHeader("Content-Type", "text/html; charset=utf-8");
				response.end(await transformIndexHtml(`/${page}/index.html`, html));
			});
		},
	};
}
