import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The path of an installed Chromium: `CHROMIUM`, or one on the path. Undefined where there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
	if (env.CHROMIUM) return env.CHROMIUM;
	const folders = (env.PATH ?? "").split(":");
	return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** @throws Error where it does not start */
export function launchChromium(executablePath: string): Promise<Browser> {
	return chromium.launch({
		executablePath,
		// Chromium's own sandbox does not work for root, nor in most containers; the tests open pages of this shop alone.
		chromiumSandbox: false,
		args: ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
	});
}
