import { type Browser, chromium } from "playwright-core";

/** @throws Error where it does not start */
export function launchChromium(executablePath: string): Promise<Browser> {
	return chromium.launch({
		executablePath,
		// Chromium's own sandbox does not work for root, nor in most containers; the tests open pages of this shop alone.
		chromiumSandbox: false,
		args: ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
	});
}
