import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { lackOf } from "../support/cluster/servers";

const ROOT = join(__dirname, "..", "..");
const out = mkdtempSync(join(tmpdir(), "funshop-bench-out-"));
afterAll(() => rmSync(out, { recursive: true }));

const bench = (...args: string[]) => benchWith(process.env, ...args);
/** As on a machine that has no nats-server, which takes less time. */
const benchAlone = (...args: string[]) => benchWith({ ...process.env, NATS_SERVER: "/none/nats-server" }, ...args);
const benchWith = (env: NodeJS.ProcessEnv, ...args: string[]) =>
	promisify(execFile)("npm", ["run", "--silent", "bench", "--", ...args, "--out", out], { cwd: ROOT, env });

const QUICK = ["--rounds", "1", "--seconds", "1", "--warm-up", "0", "--clients", "3"];

describe("npm run bench", () => {
	it("prints the ratios and the counts of a checkout, and writes them as JSON, as a page with charts, and profiles of the shop", async () => {
		const { stdout } = await bench("--only", "checkout,page", ...QUICK, "--profile");
		for (const baseline of ["naive on file", "naive in memory", "empty"])
			expect(stdout).toMatch(new RegExp(`checkouts/s, 3 clients: shop ÷ ${baseline}: \\d+\\.\\d\\d`));
		expect(stdout).toMatch(
			/for each checkout of shop: document writes [\d.]+, puts .*, index puts .*, reads .*, range scans .*, commits .*, appended events [\d.]+, event deliveries [\d.]+/,
		);
		expect(stdout).toMatch(/my page with 5 orders, 3 clients: shop ÷ bare moleculer-web: \d+\.\d\d/);
		const results = JSON.parse(readFileSync(join(out, "bench.json"), "utf8"));
		const [shop] = results.parts.checkout.runs;
		expect(shop).toMatchObject({ name: "shop", clients: 3, checkouts: expect.any(Number) });
		// By what customers were told.
		expect(Object.keys(shop.answers)).toEqual(expect.arrayContaining(["pay 200", "place 201"]));
		expect(shop.counts.eventDeliveries).toBeGreaterThan(shop.counts.appendedEvents);
		const html = readFileSync(join(out, "bench.html"), "utf8");
		for (const part of ["<svg", "<td>event deliveries</td>"]) expect(html).toContain(part);
		const profiles = readdirSync(join(out, "profiles"));
		const profile = (ending: string) =>
			readFileSync(
				join(
					out,
					"profiles",
					profiles.find((name) => name.endsWith(ending))!,
				),
				"utf8",
			);
		expect(JSON.parse(profile(".cpuprofile")).samples.length).toBeGreaterThan(100);
		expect(JSON.parse(profile(".heapprofile")).samples.length).toBeGreaterThan(100);
		expect(profile(".allocations.txt")).toMatch(/MB were allocated.*\n +[\d.]+ MB +[\d.]+ %/);
	}, 120_000);

	it("measures checkouts while live pages are open, which see what happens", async () => {
		const { stdout } = await bench("--only", "live", ...QUICK);
		expect(stdout).toMatch(/checkouts\/s, 3 clients: 100 live pages ÷ none: \d+\.\d\d/);
		// An order is placed, its payment approved, and the order completed.
		expect(stdout).toMatch(/live events for each checkout, 3 clients: [23]\.\d/);
	}, 120_000);

	it("measures the cluster beside a naive one and a bare hop, or says in one line that it is skipped", async () => {
		const { stdout } = await bench("--only", "cluster", ...QUICK);
		if (lackOf("nats")) return expect(stdout).toMatch(/\ncluster\n {2}skipped: .*NATS_SERVER/);
		for (const baseline of ["naive over NATS", "NATS hop"])
			expect(stdout).toMatch(new RegExp(`checkouts/s over NATS, 3 clients: shop ÷ ${baseline}: \\d+\\.\\d\\d`));
		// Of all processes together.
		const { counts } = JSON.parse(readFileSync(join(out, "bench.json"), "utf8")).parts.cluster.runs[0];
		for (const count of ["documentWrites", "appendedEvents", "eventDeliveries"])
			expect(counts[count]).toBeGreaterThan(1);
	}, 120_000);

	it("measures how soon my page shows a payment at half of saturation, in one process where NATS is missing", async () => {
		const { stdout } = await benchAlone("--only", "latency", ...QUICK);
		const shown = (name: string) =>
			new RegExp(`${name}, at half of saturation: on my page after the payment's answer, p99: [\\d.]+ ms`);
		expect(stdout).toMatch(shown("shop"));
		expect(stdout).toMatch(/\n {2}skipped: the shop over NATS: .*NATS_SERVER/);
	}, 120_000);

	it("measures a flash sale, in which as many customers are served as there are units", async () => {
		const { stdout } = await benchAlone("--only", "flash", ...QUICK);
		const sold = (name: string) => new RegExp(`${name}, 1000 customers for 100 units: orders completed: 100\\.0`);
		expect(stdout).toMatch(sold("shop"));
		expect(stdout).toMatch(/\n {2}skipped: the shop over NATS: .*NATS_SERVER/);
		expect(stdout).toMatch(/told that it is sold out after, p99: [\d.]+ ms/);
	}, 180_000);

	it("measures the shop with many stored orders beside the shop with few", async () => {
		const { stdout } = await bench("--only", "stored", ...QUICK, "--stored", "1500");
		expect(stdout).toMatch(/checkouts\/s, 3 clients: 1,500 stored orders ÷ 1,000: \d+\.\d\d/);
		expect(stdout).toMatch(/my page, p99, 3 clients: 1,500 stored orders ÷ 1,000: \d+\.\d\d/);
		expect(stdout).toMatch(/1,500 stored orders: start to ready: [\d.]+ ms/);
		expect(stdout).toMatch(/1,500 stored orders: memory when ready: [\d.]+ MiB/);
	}, 120_000);

	it.each([
		[
			["--only", "speed"],
			'--only: "speed" is none of checkout, page, live, hot, overload, flash, cluster, latency, stored',
		],
		[["--rounds", "0"], '--rounds: "0" is no number from 1'],
		[["--stored", "many"], '--stored: "many" is no number from 1'],
	])("refuses %j in one line", async (args, line) => {
		await expect(bench(...args)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(line) });
	});
});
