import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceName } from "../../config";
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

/** Builds the shop as of a commit in this folder. */
function build(commit: string, folder: string): void {
	mkdirSync(folder, { recursive: true });
	const archive = execFileSync("git", ["archive", commit], { cwd: ROOT, maxBuffer: 1e9 });
	execFileSync("tar", ["-x"], { cwd: folder, input: archive });
	const npm = (...args: string[]) => execFileSync("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
	npm("ci", "--ignore-scripts", "--no-audit", "--no-fund");
	npm("run", "build");
}

/** The services that the version in this folder has. */
function servicesIn(folder: string): ServiceName[] {
	const names = execFileSync(process.execPath, ["-p", 'JSON.stringify(require("./dist/config.js").SERVICE_NAMES)'], {
		cwd: folder,
		encoding: "utf8",
	});
	return JSON.parse(names);
}

describeWith(
	["oldVersion", "nats", "kubectl"],
	"S13: an earlier version of the shop beside this one, on the same store and stream",
	() => {
		const folder = mkdtempSync(join(tmpdir(), "funshop-old-version-"));
		/** Versions up to 0.4.0 leave no check out; a Deployment that is rolled back has its earlier probes. */
		const old: Version = { module: join(folder, "dist", "start.js"), readinessPath: "/readyz" };
		/** The services of both versions. */
		let services: readonly ServiceName[];
		let deployments: Deployments;
		let balancer: RoundRobin;

		beforeAll(async () => {
			build(OLD_VERSION!, folder);
			services = servicesIn(folder);
			deployments = await Deployments.start((service) => (services.includes(service) ? old : NEW));
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
			const half = services.slice(0, 3);
			const { requests, failures } = await whileCustomersShop(
				{ url, productId, clients: CLIENTS, least: REQUESTS },
				async () => {
					await deployments.rollOut(half, NEW);
					await deployments.rollOut(half, old);
					await deployments.rollOut(services, NEW);
					await deployments.rollOut(services, old);
					await deployments.rollOut(services, NEW);
				},
			);
			console.log(`${OLD_VERSION} and this version side by side: ${requests} requests, ${failures.length} failed`);
			expect(failures.slice(0, 20)).toEqual([]);
			expect(services.map((name) => deployments.count(name, NEW))).toEqual(services.map(() => 2));
			expect(deployments.endings).toEqual(deployments.endings.map(() => 0));
			await deployments.cluster.audit(30);
		}, 900_000);
	},
);
