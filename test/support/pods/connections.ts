import { type Manifest, ofKind, type Pod, podsOf, selects } from "./manifests";

/** What is outside of the manifests, as NetworkPolicies name it. */
const OUTSIDE: ReadonlyArray<{ name: string; namespace: string; labels: Record<string, string>; ports: string[] }> = [
	{ name: "dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, ports: ["53"] },
	{ name: "nats", namespace: "nats", labels: { "app.kubernetes.io/name": "nats" }, ports: ["4222", "8222"] },
	{ name: "mongodb", namespace: "mongodb", labels: { "app.kubernetes.io/name": "mongodb" }, ports: ["27017"] },
	{ name: "ingress-nginx", namespace: "ingress-nginx", labels: {}, ports: [] },
	{ name: "gateway", namespace: "gateway", labels: {}, ports: [] },
	{ name: "keda", namespace: "keda", labels: {}, ports: [] },
	{ name: "monitoring", namespace: "monitoring", labels: {}, ports: [] },
	{ name: "stranger", namespace: "stranger", labels: {}, ports: [] },
];
const OWN_NAMESPACE = "funshop";

interface End {
	name: string;
	namespace: string;
	labels: Record<string, string>;
	/** Ports by their number, with their names. */
	ports: ReadonlyArray<{ port: string; name?: string }>;
	/** Policies hold for pods of the manifests alone. */
	isPod: boolean;
}

/**
 * Every connection that the NetworkPolicies allow, as `order → nats:4222`: between pods of the manifests, and from or to what else is in the
 * cluster; `→ internet:443` where addresses are allowed, or all. Those that no policy mentions are forbidden only where policies select the pod.
 */
export function connections(manifests: readonly Manifest[]): string[] {
	const policies = ofKind(manifests, "NetworkPolicy");
	const pods = podsOf(manifests).map(endOf);
	const names = new Set(pods.map(({ name }) => name));
	const outside: End[] = OUTSIDE.filter(({ name }) => !names.has(name)).map(({ ports, ...end }) => ({
		...end,
		ports: ports.map((port) => ({ port })),
		isPod: false,
	}));
	const ends = [...pods, ...outside];
	const inside = ends.flatMap((from) =>
		ends
			.filter((to) => to !== from && (from.isPod || to.isPod))
			.flatMap((to) =>
				to.ports
					.filter((port) => allows("Egress", policies, from, to, port) && allows("Ingress", policies, to, from, port))
					.map(({ port }) => `${from.name} → ${to.name}:${port}`),
			),
	);
	const internet = pods.flatMap((from) =>
		rulesFor("Egress", policies, from)
			.filter(({ to }) => !to || to.some(({ ipBlock }: Manifest) => ipBlock))
			.flatMap(({ ports }) => ports.map(({ port }: Manifest) => `${from.name} → internet:${port}`)),
	);
	return [...inside, ...internet].sort();
}

function endOf({ labels, spec, owner }: Pod): End {
	const name = labels["app.kubernetes.io/component"] ?? labels["app.kubernetes.io/name"] ?? owner.metadata.name;
	const ports = spec.containers.flatMap(({ ports: listed = [] }: Manifest) =>
		listed.map((port: Manifest) => ({ port: String(port.containerPort), name: port.name })),
	);
	return { name, namespace: OWN_NAMESPACE, labels, ports, isPod: true };
}

type Direction = "Ingress" | "Egress";

function selecting(direction: Direction, policies: readonly Manifest[], pod: End): Manifest[] {
	return policies.filter(
		({ spec }) => selects(spec.podSelector, pod.labels) && (spec.policyTypes as Direction[]).includes(direction),
	);
}

function rulesFor(direction: Direction, policies: readonly Manifest[], pod: End): Manifest[] {
	return selecting(direction, policies, pod).flatMap(
		({ spec }) => spec[direction === "Ingress" ? "ingress" : "egress"] ?? [],
	);
}

/** Whether the policies of `pod` let the connection with `peer` pass. `port` is that of the end that listens. */
function allows(
	direction: Direction,
	policies: readonly Manifest[],
	pod: End,
	peer: End,
	{ port, name }: End["ports"][number],
): boolean {
	if (!pod.isPod || selecting(direction, policies, pod).length === 0) return true;
	return rulesFor(direction, policies, pod).some((rule) => {
		const peers: Manifest[] | undefined = direction === "Ingress" ? rule.from : rule.to;
		const isPeer = !peers || peers.some((one) => isNamed(one, peer));
		const isPort = !rule.ports || rule.ports.some((one: Manifest) => [port, name].includes(String(one.port)));
		return isPeer && isPort;
	});
}

function isNamed({ namespaceSelector, podSelector, ipBlock }: Manifest, { namespace, labels }: End): boolean {
	if (ipBlock) return false;
	const isThere = namespaceSelector
		? selects(namespaceSelector, { "kubernetes.io/metadata.name": namespace })
		: namespace === OWN_NAMESPACE;
	return isThere && (!podSelector || selects(podSelector, labels));
}
