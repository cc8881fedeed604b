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

/** A browser's tests wait for what people wait for, on machines that do much else. */
jest.setTimeout(90_000);

const found = findChromium();
if (!found && process.env.CI) throw new Error("CI needs a Chromium: on the path, or named by CHROMIUM");

/** Like `describe`, for promises that are shown in a browser: skipped, with one line, where there is none. */
export function describeInBrowser(situation: string, tests: (launch: () => Promise<Browser>) => void): void {
	if (found) return describe(situation, () => tests(() => launchChromium(found)));
	describe.skip(situation, () => tests(() => Promise.reject(new Error("there is no browser"))));
	process.stderr.write(`skipped, as there is no Chromium on the path, nor named by CHROMIUM: ${situation}\n`);
}
