import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./manifests";

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
