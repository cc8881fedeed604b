import type { Browser } from "playwright-core";
import { describeWith } from "../cluster/servers";
import { launchChromium } from "./chromium";
import { findChromium } from "./find-chromium";

/** A browser's tests wait for what people wait for, on machines that do much else. */
jest.setTimeout(90_000);

/** A suite whose promises are shown in a browser. */
export function describeInBrowser(situation: string, tests: (launch: () => Promise<Browser>) => void): void {
	describeWith(["chromium"], situation, () => tests(() => launchChromium(findChromium()!)));
}
