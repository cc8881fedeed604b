import type { Browser } from "playwright-core";
import { findChromium, launchChromium } from "./chromium";

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
