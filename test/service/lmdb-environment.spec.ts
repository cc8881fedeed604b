import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { temporaryEnvironment } from "../support/store/environment";

describe("an LMDB environment", () => {
	const statusOf = (opened: unknown) => (opened as { status: string }).status;

	it("is opened by its first user and closed by its last, and may be opened again", async () => {
		const path = mkdtempSync(join(tmpdir(), "funshop-environment-"));
		const environment = temporaryEnvironment(path);
		const [first, second] = await Promise.all([environment.open(), environment.open()]);
		expect(first).toBe(second);
		await environment.close();
		expect(statusOf(first)).toBe("open");
		const closing = environment.close();
		const again = await environment.open();
		await closing;
		expect([statusOf(first), statusOf(again)]).toEqual(["closed", "open"]);
		await again.put("key", "value");
		await environment.close();
		rmSync(path, { recursive: true });
	});

	it("that cannot be opened may be opened later", async () => {
		const path = mkdtempSync(join(tmpdir(), "funshop-environment-"));
		const file = join(path, "data.mdb");
		writeFileSync(file, "damaged");
		const environment = temporaryEnvironment(path);
		await expect(Promise.all([environment.open(), environment.open()])).rejects.toThrow("data.mdb");
		rmSync(file);
		const opened = await environment.open();
		await environment.close();
		expect(statusOf(opened)).toBe("closed");
		rmSync(path, { recursive: true });
	});
});
