import { join } from "node:path";

const FIRST_PORT = 5173;
/** Paths below which Vite answers from web/; all others are the shop's. */
const OWN_PATHS = ["storefront", "console", "shared", "pictures", "node_modules", "@"];

/**
 * Serves the pages from their sources with Vite, and passes all other requests on to the shop. A save reloads them in the browser.
 * @param root the folder of the shop's sources
 * @param shop the URL of the shop
 * @returns the URL of the pages
 */
export async function servePages(root: string, shop: string): Promise<string> {
	const { createServer } = await import("vite");
	const server = await createServer({
		configFile: join(root, "web", "build", "vite.config.mts"),
		logLevel: "warn",
		clearScreen: false,
		server: {
			host: "127.0.0.1",
			port: FIRST_PORT,
			proxy: { [`^/(?!(${OWN_PATHS.join("|")}))`]: { target: shop, changeOrigin: true } },
		},
	});
	await server.listen();
	return server.resolvedUrls!.local[0]!;
}
