import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../../shared/process/ports";
import { describeWith } from "../support/cluster/servers";
import { clientOf } from "../support/http/http";
import { type Manifest, ofKind, podsOf, render } from "../support/pods/manifests";
import { playable } from "../support/pods/playable";
import {
	BASE_IMAGE,
	blockEventLoop,
	build,
	buildImage,
	containerOf,
	IMAGE,
	pidOf,
	Play,
	podman,
	restartWhenStuck,
} from "../support/pods/podman";
import { eventually } from "../support/world";

const CARD = { cardNo: "4242424242424242" };
const READY_WITHIN_MS = 60_000;

const isReady = (url: string) =>
	fetch(`${url}/readyz`).then(
		({ ok }) => ok,
		() => false,
	);
const ready = (url: string) => eventually(() => isReady(url), READY_WITHIN_MS);

/** Orders and pays. Resolves with the order's id. */
async function checkOut(url: string, productId: string): Promise<string> {
	const { post } = clientOf(url);
	const placed = await post("/orders", { customerId: "alice", items: [{ productId, quantity: 1 }] });
	expect(placed.status).toBe(201);
	const paid = await post(`/orders/${placed.body.id}/payment`, CARD);
	expect(paid.body).toMatchObject({ status: "completed" });
	return placed.body.id;
}

/** The order and its refund, as my page shows them. */
async function onMyPage(url: string, id: string): Promise<{ status: string; payment: string | undefined } | undefined> {
	const { body } = await clientOf(url).get("/mypages/alice");
	const order = body.orders?.find((one: { id: string }) => one.id === id);
	return order && { status: order.status, payment: order.payment?.status };
}

async function cancelAndSeeRefund(url: string, id: string): Promise<void> {
	const { body } = await clientOf(url).post(`/orders/${id}/cancellation`, {});
	expect(body).toMatchObject({ status: "cancelled" });
	await eventually(async () => (await onMyPage(url, id))?.payment === "refunded", 20_000);
}

/** Runs the audit in a container. @throws Error with its report where anything differs */
const audit = (container: string) =>
	podman("exec", container, "node", "dist/operator/audit/command.js", "--wait", "20");

describeWith(["kubectl", "podman"], "the overlay single, played by podman", () => {
	let container: string;
	let play: Play;
	let url: string;
	let healthUrl: string;
	let manifests: Manifest[];
	let livenessProbe: Manifest;

	beforeAll(async () => {
		await buildImage();
		manifests = render("k8s/overlays/single");
		livenessProbe = podsOf(manifests)[0]!.spec.containers[0].livenessProbe;
		const [port, healthPort] = await freePorts(2, "127.0.0.1");
		url = `http://127.0.0.1:${port}`;
		healthUrl = `http://127.0.0.1:${healthPort}`;
		play = new Play(playable(manifests, { ports: { 8080: port!, 3030: healthPort! } }));
		const startedAt = Date.now();
		await play.up();
		container = await containerOf("funshop");
		await ready(healthUrl);
		console.log(`ready ${Date.now() - startedAt} ms after podman kube play`);
	}, 240_000);
	afterAll(() => play?.remove(), 60_000);

	it("takes an order, its payment and its cancellation", async () => {
		await cancelAndSeeRefund(url, await checkOut(url, "green-tea"));
	}, 60_000);

	it("comes back with its data after its process was killed", async () => {
		const id = await checkOut(url, "green-tea");
		const pid = await pidOf(container);
		process.kill(pid, "SIGKILL");
		await eventually(async () => (await pidOf(container)) !== pid && (await isReady(healthUrl)), READY_WITHIN_MS);
		expect((await clientOf(url).get(`/orders/${id}`)).body).toMatchObject({ status: "completed" });
	}, 90_000);

	it("comes back after its event loop was blocked", async () => {
		const id = await checkOut(url, "green-tea");
		const pid = await pidOf(container);
		await blockEventLoop(container);
		const blockedAt = Date.now();
		const foundMs = await restartWhenStuck(container, healthUrl, livenessProbe);
		const { periodSeconds, timeoutSeconds, failureThreshold, terminationGracePeriodSeconds } = livenessProbe;
		const mostS = periodSeconds * failureThreshold + timeoutSeconds + terminationGracePeriodSeconds;
		expect(foundMs / 1_000).toBeLessThan(mostS);
		await eventually(async () => (await pidOf(container)) !== pid && (await isReady(healthUrl)), READY_WITHIN_MS);
		console.log(
			`ended ${foundMs} ms after the first probe without an answer, ready ${Date.now() - blockedAt} ms after its event loop was blocked`,
		);
		expect((await clientOf(url).get(`/orders/${id}`)).body).toMatchObject({ status: "completed" });
	}, 150_000);

	it("has its data on its volume when the pod is another one", async () => {
		const id = await checkOut(url, "green-tea");
		await play.down();
		await play.up();
		await ready(healthUrl);
		expect(await onMyPage(url, id)).toEqual({ status: "completed", payment: "approved" });
		await cancelAndSeeRefund(url, id);
		await audit(container);
	}, 120_000);

	it("is restored from the copy that its CronJob takes", async () => {
		const kept = await checkOut(url, "green-tea");
		const [{ args }] = ofKind(manifests, "CronJob")[0].spec.jobTemplate.spec.template.spec.containers;
		// kubectl exec does what follows "--" in the shop's container.
		console.log(await podman("exec", container, ...args.slice(args.indexOf("--") + 1)));
		const later = await checkOut(url, "green-tea");
		await play.down();
		const [job] = podsOf(render("k8s/overlays/single/restore"));
		const { command } = job!.spec.containers[0];
		const mounts = ["funshop-data:/data", "funshop-backups:/backup:ro"].flatMap((mount) => ["--volume", mount]);
		const startedAt = Date.now();
		console.log(
			await podman(
				"run",
				"--rm",
				"--pull",
				"never",
				"--read-only",
				"--env",
				"HOST=127.0.0.1",
				...mounts,
				IMAGE,
				...command,
			),
		);
		await play.up();
		await ready(healthUrl);
		console.log(`restored and ready in ${Date.now() - startedAt} ms`);
		const { get } = clientOf(url);
		expect((await get(`/orders/${kept}`)).body).toMatchObject({ status: "completed" });
		expect((await get(`/orders/${later}`)).status).toBe(404);
		await audit(container);
	}, 120_000);
});

describeWith(["kubectl", "podman", "nats"], "a pod for each service beside NATS, played by podman", () => {
	const NATS_IMAGE = "localhost/funshop-test-nats:1.0.0";
	const VOLUME = "funshop-test-data";
	let play: Play;
	let url: string;
	let productId: string;

	/** The overlay demo on LMDB, as no image of MongoDB is at hand: services share a volume in its place. */
	function onLmdb(manifests: readonly Manifest[]): Manifest[] {
		const claim = {
			apiVersion: "v1",
			kind: "PersistentVolumeClaim",
			metadata: { name: VOLUME },
			spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } } },
		};
		const others = manifests.filter(({ metadata }) => metadata.name !== "mongodb");
		for (const secret of ofKind(others, "Secret")) delete secret.data.MONGO_URI;
		for (const { spec } of ofKind(others, "Deployment")) {
			spec.replicas = 1;
			const volume = spec.template.spec.volumes.find(({ name }: Manifest) => name === "data");
			delete volume.emptyDir;
			volume.persistentVolumeClaim = { claimName: VOLUME };
		}
		for (const { spec } of ofKind(others, "StatefulSet")) spec.template.spec.containers[0].image = NATS_IMAGE;
		return [claim, ...others];
	}

	async function buildNatsImage(): Promise<void> {
		const folder = mkdtempSync(join(tmpdir(), "funshop-nats-image-"));
		const binary = execFileSync("sh", ["-c", `command -v "${process.env.NATS_SERVER ?? "nats-server"}"`], {
			encoding: "utf8",
		});
		copyFileSync(binary.trim(), join(folder, "nats-server"));
		const lines = [`FROM ${BASE_IMAGE}`, "COPY nats-server /usr/local/bin/", 'ENTRYPOINT ["nats-server"]'];
		writeFileSync(join(folder, "Dockerfile"), lines.join("\n"));
		await build(NATS_IMAGE, folder);
		rmSync(folder, { recursive: true });
	}

	beforeAll(async () => {
		await Promise.all([buildImage(), buildNatsImage()]);
		const manifests = onLmdb(render("k8s/overlays/demo"));
		const [port] = await freePorts(1, "127.0.0.1");
		url = `http://127.0.0.1:${port}`;
		play = new Play(playable(manifests, { ports: { 8080: port! } }));
		const startedAt = Date.now();
		await play.up();
		await ready(url);
		// The api is ready before the services are: their first answers come once all have started.
		const product = { name: "Pod tea", price: { amount: 500, currency: "KRW" }, stock: 100 };
		const { body } = await eventually(async () => {
			const answer = await clientOf(url).post("/products", product);
			return answer.status === 201 && answer;
		}, READY_WITHIN_MS);
		productId = body.id;
		console.log(`${podsOf(manifests).length} pods answer ${Date.now() - startedAt} ms after podman kube play`);
	}, 240_000);
	afterAll(() => play?.remove(), 60_000);

	it("takes an order, its payment and its cancellation", async () => {
		const placed = await eventually(async () => {
			const { status, body } = await clientOf(url).post("/orders", {
				customerId: "alice",
				items: [{ productId, quantity: 1 }],
			});
			return status === 201 && body;
		}, READY_WITHIN_MS);
		await eventually(async () => {
			const { body } = await clientOf(url).post(`/orders/${placed.id}/payment`, CARD);
			return body.status === "completed";
		}, READY_WITHIN_MS);
		await cancelAndSeeRefund(url, placed.id);
	}, 120_000);

	it("goes on after a pod of it was killed", async () => {
		const container = await containerOf("funshop-order");
		const pid = await pidOf(container);
		process.kill(pid, "SIGKILL");
		await eventually(async () => (await pidOf(container)) !== pid, READY_WITHIN_MS);
		const id = await eventually(async () => {
			const { get } = clientOf(url);
			return (await get("/orders?customerId=alice")).status === 200 && checkOut(url, productId);
		}, READY_WITHIN_MS);
		await cancelAndSeeRefund(url, id);
		await audit(container);
	}, 120_000);
});
