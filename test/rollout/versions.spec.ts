import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SERVICE_NAMES } from "../../config";
import { RoundRobin } from "../support/cluster/round-robin";
import { describeWith } from "../support/cluster/servers";
import { clientOf } from "../support/http/http";
import { Deployments, type Version } from "../support/pods/deployments";
import { ROOT } from "../support/pods/manifests";
import { whileCustomersShop } from "../support/shop/unbroken-service";

/** A commit of this repository, an earlier version of the shop. */
const { OLD_VERSION } = process.env;
const CLIENTS = 6;
const REQUESTS = 5_000;
const NEW: Version = {};

/** Builds the shop as of a commit. Resolves with its start.js. */
function build(commit: string, folder: string): string {
	mkdirSync(folder, { recursive: true });
	const archive = execFileSync("git", ["archive", commit], { cwd: ROOT, maxBuffer: 1e9 });
	execFileSync("tar", ["-x"], { cwd: folder, input: archive });
	const npm = (...args: string[]) => execFileSync("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
	npm("ci", "--ignore-scripts", "--no-audit", "--no-fund");
	npm("run", "build");
	return join(folder, "dist", "start.js");
}

function suite(): void {
	const folder = mkdtempSync(join(tmpdir(), "funshop-old-version-"));
	let old: Version;
	let deployments: Deployments;
	let balancer: RoundRobin;

	beforeAll(async () => {
		// Versions up to 0.4.0 leave no check out; a Deployment that is rolled back has its earlier probes.
		old = { module: build(OLD_VERSION!, folder), readinessPath: "/readyz" };
		deployments = await Deployments.start(old);
		balancer = new RoundRobin(() => deployments.endpoints, false);
	}, 400_000);
	afterAll(async () => {
		await balancer?.stop();
		await deployments?.cluster.stop();
		rmSync(folder, { recursive: true });
	}, 60_000);

	it("answers every request while the new one is rolled out, rolled back after half and after all services, and stays", async () => {
		const url = await balancer.start();
		const product = { name: "Versioned tea", price: { amount: 500, currency: "KRW" }, stock: 1_000_000 };
		const productId = (await clientOf(url).post("/products", product)).body.id;
		const half = SERVICE_NAMES.slice(0, 3);
		const { requests, failures } = await whileCustomersShop(
			{ url, productId, clients: CLIENTS, least: REQUESTS },
			async () => {
				await deployments.rollOut(half, NEW);
				await deployments.rollOut(half, old);
				await deployments.rollOut(SERVICE_NAMES, NEW);
				await deployments.rollOut(SERVICE_NAMES, old);
				await deployments.rollOut(SERVICE_NAMES, NEW);
			},
		);
		console.log(`${OLD_VERSION} and this version side by side: ${requests} requests, ${failures.length} failed`);
		expect(failures.slice(0, 20)).toEqual([]);
		expect(SERVICE_NAMES.map((name) => deployments.count(name, NEW))).toEqual(SERVICE_NAMES.map(() => 2));
		expect(deployments.endings).toEqual(deployments.endings.map(() => 0));
		await deployments.cluster.audit(30);
	}, 900_000);
}

const NAME = "S13: an earlier version of the shop beside this one, on the same store and stream";
if (OLD_VERSION) describeWith(["nats", "kubectl"], NAME, suite);
else {
	process.stderr.write(`skipped: ${NAME} (OLD_VERSION names no commit)\n`);
	describe.skip(NAME, suite);
}
