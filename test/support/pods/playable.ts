import { type Manifest, ofKind } from "./manifests";

/**
 * What podman 4.3 lacks of Kubernetes, and what the manifests say in its place:
 *
 * - it asks only liveness, by `curl` in the container, and a container that it restarts for that has lost its network: there are no probes;
 *   {@link restartWhenStuck} does what the kubelet does
 * - it has no Services, and publishes every port under its own number: those that a test uses get free ports of 127.0.0.1, others are not listed
 * - it has no StatefulSets: one becomes a Pod of its name, with a volume that ends with it
 * - it cannot read the variables of a Secret that it has made: Secrets become ConfigMaps
 * - it makes one volume for all pods of what an `emptyDir` is called: each pod's gets a name of its own
 *
 * It ignores Namespaces, ServiceAccounts, NetworkPolicies, budgets, autoscalers and `preStop`.
 */
export function playable(manifests: readonly Manifest[], { ports = {} }: { ports?: Record<number, number> } = {}) {
	const pods = ofKind(manifests, "Deployment", "StatefulSet").map((workload) => {
		const owner = structuredClone(workload);
		const { name } = owner.metadata;
		const { metadata, spec } = owner.spec.template;
		for (const container of spec.containers) rewriteContainer(container, ports);
		for (const volume of spec.volumes ?? []) if (volume.emptyDir) rename(spec, volume, name);
		if (owner.kind === "Deployment") return owner;
		spec.volumes.push(
			...owner.spec.volumeClaimTemplates.map((claim: Manifest) => ({ ...claim.metadata, emptyDir: {} })),
		);
		return { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name }, spec };
	});
	const secrets = ofKind(manifests, "Secret").map(({ metadata, data }) => {
		const texts = Object.entries<string>(data).map(([key, value]) => [key, atob(value)]);
		return { apiVersion: "v1", kind: "ConfigMap", metadata, data: Object.fromEntries(texts) };
	});
	return [...secrets, ...ofKind(manifests, "ConfigMap", "PersistentVolumeClaim"), ...pods];
}

function rewriteContainer(container: Manifest, ports: Readonly<Record<number, number>>): void {
	for (const source of container.envFrom ?? []) {
		if (source.secretRef) Object.assign(source, { configMapRef: source.secretRef, secretRef: undefined });
	}
	Object.assign(container, { startupProbe: undefined, readinessProbe: undefined, livenessProbe: undefined });
	container.ports = (container.ports ?? []).flatMap((port: Manifest) => {
		const hostPort = ports[port.containerPort];
		return hostPort === undefined ? [] : [{ ...port, hostPort, hostIP: "127.0.0.1" }];
	});
}

function rename(spec: Manifest, volume: Manifest, pod: string): void {
	const name = `${pod}-${volume.name}`;
	for (const { volumeMounts = [] } of spec.containers) {
		for (const mount of volumeMounts) if (mount.name === volume.name) mount.name = name;
	}
	volume.name = name;
}
