import { setTimeout as delay } from "node:timers/promises";
import { SERVICE_NAMES, type ServiceName } from "../../../config";
import { type Cluster, type ProcessOptions, startCluster } from "../cluster/cluster";
import type { ShopProcess } from "../cluster/shop-process";
import { eventually } from "../world";
import { named, render } from "./manifests";

/** How long proxies of a cluster take to hear that a pod ends; they send it requests meanwhile. */
const ENDPOINTS_LATE_MS = 2_000;

/** What of the manifests decides how pods are replaced. */
interface Settings {
	readinessPath: string;
	readinessPeriodMs: number;
	preStopMs: number;
	graceMs: number;
}

/** What a pod runs, and its settings beside those of all. */
export interface Version extends ProcessOptions {
	/** What its readiness probe asks; as the manifests have it, if not given. */
	readinessPath?: string;
}

export interface Replacing {
	/** False: new pods get requests before they are ready, and old ones are killed at once. */
	inOrder: boolean;
}

/**
 * The shop as processes of this machine, which are replaced as Kubernetes replaces pods of the overlay demo: the new one gets requests once its readiness
 * probe passes; the old one gets them until proxies have heard that it ends; preStop, SIGTERM, and SIGKILL after the grace period.
 */
export class Deployments {
	/** How pods ended: 0, another exit code, or the signal that killed them. */
	readonly endings: Array<number | string> = [];
	private readonly pods: Array<{ service: ServiceName; shopProcess: ShopProcess; version: Version }> = [];
	private readonly urls = new Set<string>();

	private constructor(
		readonly cluster: Cluster,
		private readonly settings: ReadonlyMap<ServiceName, Settings>,
	) {}

	/** Two pods of each service, of these versions. */
	static async start(versionOf: (service: ServiceName) => Version): Promise<Deployments> {
		const manifests = render("k8s/overlays/demo");
		const settings = new Map(
			SERVICE_NAMES.map((service) => {
				const { spec } = named(manifests, "Deployment", `funshop-${service}`)!.spec.template;
				const [{ readinessProbe, lifecycle }] = spec.containers;
				const preStopMs = (lifecycle?.preStop.sleep.seconds ?? 0) * 1_000;
				const graceMs = spec.terminationGracePeriodSeconds * 1_000;
				const readiness = {
					readinessPath: readinessProbe.httpGet.path,
					readinessPeriodMs: readinessProbe.periodSeconds * 1_000,
				};
				return [service, { ...readiness, preStopMs, graceMs }] as const;
			}),
		);
		const cluster = await startCluster({ processes: 2, gateways: 2, module: (service) => versionOf(service).module });
		const deployments = new Deployments(cluster, settings);
		for (const shopProcess of cluster.processes()) {
			const { service } = shopProcess;
			deployments.pods.push({ service, shopProcess, version: versionOf(service) });
			if (shopProcess.url) deployments.urls.add(shopProcess.url);
		}
		return deployments;
	}

	/** The api's pods that a Service would send requests to now. */
	get endpoints(): string[] {
		return [...this.urls];
	}

	/** The number of pods of a service that run this version. */
	count(service: ServiceName, version: Version): number {
		return this.pods.filter((pod) => pod.service === service && pod.version === version).length;
	}

	/** Replaces all pods of another version, one after the other: a new one first (maxSurge 1, maxUnavailable 0). */
	async rollOut(services: readonly ServiceName[], version: Version, how: Replacing = { inOrder: true }) {
		const endings: Array<Promise<void>> = [];
		for (const service of services) {
			for (const old of this.pods.filter((pod) => pod.service === service && pod.version !== version)) {
				await this.add(service, version, how);
				// A pod that ends no longer counts: the next one is begun meanwhile.
				endings.push(this.end(old, how));
			}
		}
		await Promise.all(endings);
	}

	/** Ends one pod of each service at the same time, as many as the disruption budgets allow; others take their place elsewhere. */
	async drain(): Promise<void> {
		await Promise.all(
			SERVICE_NAMES.map(async (service) => {
				const old = this.pods.find((pod) => pod.service === service)!;
				await Promise.all([this.end(old), this.add(service, old.version)]);
			}),
		);
	}

	private async add(service: ServiceName, version: Version, { inOrder }: Replacing = { inOrder: true }) {
		const shopProcess = await this.cluster.add(service, version);
		this.pods.push({ service, shopProcess, version });
		const { readinessPath: current, readinessPeriodMs } = this.settings.get(service)!;
		const { readinessPath = current } = version;
		let askAt = 0;
		const isReady = async () => {
			if (Date.now() < askAt) return false;
			askAt = Date.now() + readinessPeriodMs;
			return fetch(shopProcess.healthUrl + readinessPath).then(
				({ ok }) => ok,
				() => false,
			);
		};
		if (inOrder) await eventually(isReady, 60_000);
		if (shopProcess.url) this.urls.add(shopProcess.url);
	}

	private async end(pod: (typeof this.pods)[number], { inOrder }: Replacing = { inOrder: true }): Promise<void> {
		this.pods.splice(this.pods.indexOf(pod), 1);
		const { shopProcess, service } = pod;
		const { preStopMs, graceMs } = this.settings.get(service)!;
		const { child, url } = shopProcess;
		const ended = new Promise<void>((resolve) =>
			child.once("exit", (code, signal) => resolve(void this.endings.push(code ?? signal!))),
		);
		const removed = delay(ENDPOINTS_LATE_MS).then(() => url && this.urls.delete(url));
		if (inOrder) await delay(preStopMs);
		child.kill(inOrder ? "SIGTERM" : "SIGKILL");
		const late = setTimeout(() => child.kill("SIGKILL"), graceMs - preStopMs);
		await Promise.all([ended, removed]);
		clearTimeout(late);
	}
}
