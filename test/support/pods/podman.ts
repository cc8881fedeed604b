import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { eventually } from "../world";
import { type Manifest, ROOT } from "./manifests";

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
/** The image that the manifests name. */
export const IMAGE = `funshop:${version}`;
/** The image that the shop's image begins with. */
export const BASE_IMAGE = /^FROM (\S+)$/m.exec(readFileSync(join(ROOT, "Dockerfile"), "utf8"))![1]!;

const HOST = "127.0.0.1";

/** What podman prints. @throws Error with its message */
export async function podman(...args: string[]): Promise<string> {
	const { stdout } = await promisify(execFile)("podman", args, { encoding: "utf8", maxBuffer: 32 * 1024 * 1024 });
	return stdout.trim();
}

/** Builds the shop's image, about a minute the first time; later, only what has changed. */
export async function buildImage(): Promise<void> {
	await build(`localhost/${IMAGE}`, ROOT);
}

/** Builds an image from a folder with a Dockerfile. */
export async function build(tag: string, folder: string): Promise<void> {
	// chroot needs no rights that containers in CI lack.
	await podman("build", "--quiet", "--isolation", "chroot", "--layers", "--tag", tag, folder);
}

/** The URL of a port that a container or pod publishes. */
export async function publishedUrl(container: string, port: number): Promise<string> {
	const [published] = (await podman("port", container, `${port}/tcp`)).split("\n");
	return `http://${HOST}:${published!.split(":").at(-1)}`;
}

/** The name of the container of a Deployment's only pod: podman's versions call it differently. */
export async function containerOf(deployment: string): Promise<string> {
	const names = (await podman("ps", "--all", "--format", "{{.Names}}")).split("\n");
	return names.find((name) => new RegExp(`^${deployment}-pod(-0)?-shop$`).test(name))!;
}

/** The process id, on this machine, of a container's first process. */
export async function pidOf(container: string): Promise<number> {
	return Number(await podman("inspect", "--format", "{{.State.Pid}}", container));
}

export interface Ended {
	code: number;
	output: string;
}

/** Waits until a container has ended. */
export async function ended(container: string): Promise<Ended> {
	const code = Number(await podman("wait", container));
	const { stdout, stderr } = await promisify(execFile)("podman", ["logs", container], { encoding: "utf8" });
	return { code, output: stdout + stderr };
}

/** Manifests that podman plays on a network of their own. */
export class Play {
	private readonly folder = mkdtempSync(join(tmpdir(), "funshop-pods-"));
	private readonly file = join(this.folder, "manifests.yaml");
	private readonly network = `funshop-${process.pid}-${Date.now()}`;
	private isUp = false;

	constructor(private readonly manifests: readonly Manifest[]) {}

	async up(): Promise<void> {
		await podman("network", "exists", this.network).catch(() => podman("network", "create", this.network));
		// podman refuses a claim whose volume is there.
		const there = new Set((await podman("volume", "ls", "--format", "{{.Name}}")).split("\n"));
		const wanted = this.manifests.filter(
			({ kind, metadata }) => kind !== "PersistentVolumeClaim" || !there.has(metadata.name),
		);
		writeFileSync(this.file, wanted.map((manifest) => stringify(manifest)).join("---\n"));
		this.isUp = true;
		await podman("kube", "play", "--network", this.network, this.file);
	}

	/** Removes the pods; the volumes of claims stay. */
	async down(): Promise<void> {
		if (!this.isUp) return;
		this.isUp = false;
		await podman("kube", "down", this.file);
	}

	/** Removes everything. */
	async remove(): Promise<void> {
		await this.down().catch((error) => process.stderr.write(`${String(error)}\n`));
		const mounted = this.manifests.flatMap(
			(manifest) => (manifest.spec?.template?.spec ?? manifest.spec)?.volumes ?? [],
		);
		const volumes = mounted.map(
			({ name, persistentVolumeClaim, configMap }) => persistentVolumeClaim?.claimName ?? configMap?.name ?? name,
		);
		for (const volume of new Set<string>(volumes))
			await podman("volume", "rm", "--force", volume).catch(() => undefined);
		await podman("network", "rm", "--force", this.network).catch(() => undefined);
		rmSync(this.folder, { recursive: true });
	}
}

/** Blocks the event loop of a container's first process for ever, through Node's inspector, which SIGUSR1 opens on the container's loopback. */
export async function blockEventLoop(container: string): Promise<void> {
	process.kill(await pidOf(container), "SIGUSR1");
	const block = `
		const [{ webSocketDebuggerUrl }] = await (await fetch("http://127.0.0.1:9229/json")).json();
		const inspector = new WebSocket(webSocketDebuggerUrl);
		inspector.onopen = () => inspector.send(JSON.stringify({
			id: 1, method: "Runtime.evaluate", params: { expression: "setTimeout(() => { for (;;); }, 100)" },
		}));
		inspector.onmessage = () => process.exit();`;
	await eventually(async () => {
		const args = ["exec", container, "node", "--input-type=module", "--eval", block];
		return podman(...args).then(
			() => true,
			() => false,
		);
	}, 20_000);
}

/**
 * Does what the kubelet does about a container whose liveness probe fails: asks as often as the probe says; where it has failed that often, sends SIGTERM,
 * and SIGKILL after the probe's grace period; and leaves the rest to the restart policy. Resolves with the time from the first probe that failed to the
 * end of the process, in milliseconds. @throws Error where the probe does not fail that often within a minute
 */
export async function restartWhenStuck(container: string, healthUrl: string, probe: Manifest): Promise<number> {
	const { httpGet, periodSeconds, timeoutSeconds, failureThreshold, terminationGracePeriodSeconds } = probe;
	const pid = await pidOf(container);
	let failures = 0;
	let failedFirstAt = 0;
	let nextAt = 0;
	await eventually(async () => {
		if (Date.now() < nextAt) return false;
		nextAt = Date.now() + periodSeconds * 1_000;
		const askedAt = Date.now();
		const signal = AbortSignal.timeout(timeoutSeconds * 1_000);
		const isAlive = await fetch(healthUrl + httpGet.path, { signal }).then(
			({ ok }) => ok,
			() => false,
		);
		failures = isAlive ? 0 : failures + 1;
		if (failures === 1) failedFirstAt = askedAt;
		return failures >= failureThreshold;
	}, 60_000);
	process.kill(pid, "SIGTERM");
	const hasEnded = async () => (await pidOf(container)) !== pid;
	await eventually(hasEnded, terminationGracePeriodSeconds * 1_000).catch(() => process.kill(pid, "SIGKILL"));
	await eventually(hasEnded);
	return Date.now() - failedFirstAt;
}
