import { mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database, RootDatabase } from "lmdb";
import { LmdbEnvironment } from "../../shared/lmdb/lmdb-environment";
import { checkLmdbFile } from "../../shared/lmdb/lmdb-file";
import { SEED, seededRandom } from "../support/shop/customer";

const PAGE = 4_096;

describe("an LMDB file", () => {
	const path = mkdtempSync(join(tmpdir(), "funshop-file-"));
	const file = join(path, "data.mdb");
	const shared = new LmdbEnvironment({ path, durable: false });
	let environment: RootDatabase;
	let texts: Database<string, string>;

	beforeAll(async () => {
		environment = await shared.open();
		texts = environment.openDB({ name: "texts", encoding: "json" });
	});
	afterAll(() => rmSync(path, { recursive: true }));

	/** Bytes of the pages that LMDB has taken, and that it has not written. */
	function missing(): number {
		environment.resetReadTxn();
		const { lastPageNumber } = environment.getStats() as { lastPageNumber: number };
		return (lastPageNumber + 1) * PAGE - statSync(file).size;
	}

	it(`passes while its last pages are free and were never written, as where a document was written twice in one commit (SEED=${SEED})`, async () => {
		const random = seededRandom(SEED);
		let short = 0;
		for (let commit = 0; commit < 400; commit++) {
			await environment.batch(() => {
				for (let change = 0; change < 10; change++) {
					const id = `t${Math.floor(random() * 500)}`;
					if (random() < 0.4) void texts.remove(id);
					else void texts.put(id, "x".repeat(random() * (random() < 0.3 ? 9_000 : 300)));
				}
				void texts.put("twice", "x".repeat(9_000 + 8_000 * random()));
				void texts.remove("twice");
			});
			if (missing() > 0) short++;
			checkLmdbFile(file);
		}
		expect(short).toBeGreaterThan(0);
	});

	it("is refused where pages are missing that are not free", async () => {
		const pages = statSync(file).size / PAGE;
		await shared.close();
		truncateSync(file, Math.floor(pages / 2) * PAGE);
		expect(() => checkLmdbFile(file)).toThrow(/data\.mdb is cut off \(\d+ of at least \d+ bytes\)/);
	});
});
