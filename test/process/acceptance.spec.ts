import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeAcceptance } from "../support/http/acceptance";
import { expectCleanAudit, startShopProcess } from "../support/cluster/processes";

describeAcceptance("one process", async () => {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-one-"));
	const { url, stop } = await startShopProcess({ DATA_DIR: dataDir });
	return {
		urls: [url],
		audit: () => expectCleanAudit(dataDir),
		async stop() {
			const code = await stop();
			rmSync(dataDir, { recursive: true });
			expect(code).toBe(0);
		},
	};
});
