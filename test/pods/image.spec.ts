import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describeWith } from "../support/cluster/servers";
import { clientOf } from "../support/http/http";
import { ROOT } from "../support/pods/manifests";
import { BASE_IMAGE, buildImage, ended, IMAGE, podman, publishedUrl } from "../support/pods/podman";
import { eventually } from "../support/world";

const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), "utf8"));
const { version } = read("package.json");
/** Folders of packages that only developers need. */
const DEVELOPMENT = Object.entries<{ dev?: boolean }>(read("package-lock.json").packages)
	.filter(([, { dev }]) => dev)
	.map(([folder]) => folder);
/** A change that adds much more than it needs is noticed. */
const LARGEST_ADDITION_MB = 90;

describeWith(["podman"], "the image of the shop", () => {
	const containers: string[] = [];

	/** Starts a container as Kubernetes does: without rights, with a root that cannot be written. */
	async function start(...options: string[]): Promise<string> {
		const rights = ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--tmpfs", "/tmp"];
		const ports = ["--publish", "127.0.0.1::8080", "--publish", "127.0.0.1::3030"];
		const id = await podman("run", "--detach", "--pull", "never", ...rights, ...ports, ...options, IMAGE);
		containers.push(id);
		return id;
	}

	/** Runs JavaScript in a new container. Resolves with what it prints as JSON. */
	async function evaluate(expression: string): Promise<any> {
		const script = `console.log(JSON.stringify(${expression}))`;
		return JSON.parse(await podman("run", "--rm", "--pull", "never", IMAGE, "node", "-e", script));
	}

	const status = (url: string) =>
		fetch(url).then(
			({ status: code }) => code,
			() => 0,
		);

	beforeAll(buildImage, 240_000);
	afterAll(async () => {
		for (const id of containers) await podman("rm", "--force", "--volumes", "--time", "0", id);
	});

	it(`adds less than ${LARGEST_ADDITION_MB} MB to Node's`, async () => {
		const size = async (image: string) => Number(await podman("image", "inspect", "--format", "{{.Size}}", image));
		const addedMb = ((await size(IMAGE)) - (await size(BASE_IMAGE))) / 1e6;
		console.log(`the image adds ${addedMb.toFixed(1)} MB to ${BASE_IMAGE}`);
		expect(addedMb).toBeLessThan(LARGEST_ADDITION_MB);
	});

	it("has no sources, and nothing that only developers need", async () => {
		const files: string[] = await evaluate(`fs.readdirSync("/shop")`);
		expect(files.sort()).toEqual(["dist", "node_modules", "package.json", "sbom.json"]);
		const present = await evaluate(
			`${JSON.stringify(DEVELOPMENT)}.filter((folder) => fs.existsSync("/shop/" + folder))`,
		);
		expect(present).toEqual([]);
	});

	it("lists all packages that it has", async () => {
		const { metadata, components } = await evaluate(`JSON.parse(fs.readFileSync("/shop/sbom.json"))`);
		expect(metadata.component).toMatchObject({ name: "funshop", version });
		const listed = new Set(components.map(({ name }: { name: string }) => name));
		const folders: string[] = await evaluate(
			`fs.readdirSync("/shop/node_modules").flatMap((name) => name.startsWith("@") ? fs.readdirSync("/shop/node_modules/" + name).map((sub) => name + "/" + sub) : [name])`,
		);
		const packages = folders.filter((name) => !name.startsWith("."));
		expect(packages.length).toBeGreaterThan(100);
		expect(packages.filter((name) => !listed.has(name))).toEqual([]);
	});

	it("says its version and its user, who is not root", async () => {
		const [{ Config, Labels }] = JSON.parse(await podman("image", "inspect", IMAGE));
		expect(Labels).toMatchObject({
			"org.opencontainers.image.title": "Funshop",
			"org.opencontainers.image.version": version,
		});
		expect(Config.User).toBe("1000:1000");
	});

	it("is a whole shop that stops in order when it is told to", async () => {
		const startedAt = Date.now();
		const id = await start("--env", "PROTECTED_MODE=off");
		const health = await publishedUrl(id, 3030);
		await eventually(async () => (await status(`${health}/readyz`)) === 200, 60_000);
		console.log(`ready ${Date.now() - startedAt} ms after podman run`);
		const { body } = await clientOf(await publishedUrl(id, 8080)).get("/products");
		expect(body.items.length).toBeGreaterThan(0);
		await expect(podman("exec", id, "touch", "/shop/file")).rejects.toThrow("Read-only file system");

		await podman("kill", "--signal", "TERM", id);
		const { code, output } = await ended(id);
		expect(output).toContain("SIGTERM: stopping");
		expect(code).toBe(0);
	}, 90_000);

	it("does not serve everybody unless it is told to", async () => {
		const { code, output } = await ended(await start());
		expect(output).toMatch(/^Funshop cannot start: HOST=0\.0\.0\.0 .*PROTECTED_MODE=off.*$/m);
		expect(code).toBe(1);
	}, 30_000);

	it("answers probes while it waits for NATS", async () => {
		const cluster = [
			"--env",
			"PROTECTED_MODE=off",
			"--env",
			"SERVICES=order",
			"--env",
			"TRANSPORTER=nats://127.0.0.1:1",
		];
		const id = await start(...cluster);
		const health = await publishedUrl(id, 3030);
		await eventually(async () => (await status(`${health}/livez`)) === 200, 30_000);
		expect(await status(`${health}/readyz`)).toBe(503);
		await promisify(execFile)("podman", ["stop", "--time", "30", id]);
		expect((await ended(id)).code).toBe(0);
	}, 60_000);
});
