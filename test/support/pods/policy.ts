import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, readConfig, SERVICE_NAMES } from "../../../config";
import { namesOf } from "../../../shared/events/jetstream/jetstream-names";
import {
	environmentOf,
	isShop,
	type Manifest,
	nameOf,
	named,
	ofKind,
	type Pod,
	podsOf,
	ROOT,
	schemaErrors,
	selects,
} from "./manifests";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const { version } = JSON.parse(read("package.json")) as { version: string };
/** The time that a process takes to stop in order, at most. */
const STOP_DEADLINE_S = Number(/STOP_DEADLINE_MS = ([\d_]+)/.exec(read("start.ts"))![1]!.replaceAll("_", "")) / 1_000;

/** All settings of the shop: those that config.ts names, and one URI for each service that stores. */
export const SETTINGS: readonly string[] = [
	...new Set([...read("config.ts").matchAll(/"([A-Z][A-Z_]+)"/g)].map(([, name]) => name!)),
	...SERVICE_NAMES.filter((name) => name !== "api").map((name) => `MONGO_URI_${name.toUpperCase()}`),
].filter((name) => name !== "KRW");
/** The label of a pod says what SERVICES is; a pod's name is its NODEID. */
const SET_BY_POD = ["SERVICES", "NODEID"];

/** The keys of the Secret that whoever deploys brings along. */
export function secretKeys(): string[] {
	const lines = read("k8s/overlays/production/secrets.env.example").split("\n");
	return lines.flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
}

/** What is wrong in an overlay's manifests, in sentences. */
export type Policy = (manifests: readonly Manifest[]) => string[];

/** The sentences about those containers for which `check` has one. */
const eachContainer =
	(check: (container: Manifest, pod: Pod) => string | undefined | false): Policy =>
	(manifests) =>
		podsOf(manifests).flatMap((pod) =>
			pod.spec.containers.flatMap((container: Manifest) => {
				const problem = check(container, pod);
				return problem ? [`${nameOf(pod.owner)}: ${container.name} ${problem}`] : [];
			}),
		);

const eachPod =
	(check: (pod: Pod, manifests: readonly Manifest[]) => string | undefined | false): Policy =>
	(manifests) =>
		podsOf(manifests).flatMap((pod) => {
			const problem = check(pod, manifests);
			return problem ? [`${nameOf(pod.owner)} ${problem}`] : [];
		});

/** Whether it runs on and on. */
const isService = ({ owner }: Pod) => owner.kind === "Deployment" || owner.kind === "StatefulSet";

const portsOf = ({ spec }: Pod): Manifest[] => spec.containers.flatMap(({ ports = [] }: Manifest) => ports);

const hasPort = (pod: Pod, port: string | number) =>
	portsOf(pod).some(({ name, containerPort }) => port === name || port === containerPort);

const scalers = (manifests: readonly Manifest[]) => ofKind(manifests, "HorizontalPodAutoscaler", "ScaledObject");

/** By what a manifest keeps of it, the policies that each overlay follows. */
export const POLICIES = {
	"follow the schemas of Kubernetes": schemaErrors,

	"name images by a version or a digest": eachContainer(({ image }) => {
		const isPinned = /@sha256:[0-9a-f]{64}$/.test(image) || /:v?\d+\.\d+\.\d+[\w.-]*$/.test(image);
		return !isPinned && `runs ${image}, which may be another image tomorrow`;
	}),

	"let no process be root, gain rights or write to its image": eachContainer(({ securityContext = {} }, { spec }) => {
		const { runAsNonRoot, runAsUser, seccompProfile } = spec.securityContext ?? {};
		const { allowPrivilegeEscalation, capabilities, readOnlyRootFilesystem, privileged } = securityContext;
		const isRestricted =
			runAsNonRoot === true &&
			runAsUser > 0 &&
			seccompProfile?.type === "RuntimeDefault" &&
			allowPrivilegeEscalation === false &&
			privileged !== true &&
			capabilities?.drop?.includes("ALL") &&
			!capabilities.add &&
			readOnlyRootFilesystem === true;
		return !isRestricted && "may do more than it needs";
	}),

	"give no pod but that of backups a token of the Kubernetes API": (manifests) => [
		...eachPod(
			({ spec, labels }) =>
				spec.automountServiceAccountToken !== false &&
				labels["app.kubernetes.io/name"] !== "funshop-backup" &&
				"gets a token",
		)(manifests),
		...ofKind(manifests, "ServiceAccount")
			.filter(({ automountServiceAccountToken }) => automountServiceAccountToken !== false)
			.map((account) => `${nameOf(account)} hands out a token`),
	],

	"limit what containers take": eachContainer(({ resources: { requests = {}, limits = {} } = {} }) => {
		const lacking = ["cpu", "memory", "ephemeral-storage"].filter((name) => !requests[name] || !limits[name]);
		return lacking.length > 0 && `has no request or no limit of ${lacking.join()}`;
	}),

	"have probes of ports that listen": eachContainer((container, pod) => {
		if (!isService(pod)) return false;
		const probes = ["startupProbe", "readinessProbe", "livenessProbe"].map((name) => [name, container[name]] as const);
		const wrong = probes.filter(([name, probe]) => {
			const { httpGet, tcpSocket, exec } = probe ?? {};
			if (!isShop(pod)) return !exec && !hasPort(pod, (httpGet ?? tcpSocket)?.port);
			// The probes of the kubelet have no answer other than of HEALTH_PORT; liveness never looks at other servers.
			// Gateways refuse requests themselves where NATS is away.
			const excluded = hasPort(pod, "http") ? "?exclude=network&exclude=events" : "";
			const path = name === "readinessProbe" ? `/readyz${excluded}` : "/livez";
			return httpGet?.path !== path || httpGet.port !== "health";
		});
		return wrong.length > 0 && `has no good ${wrong.map(([name]) => name).join()}`;
	}),

	"listen on the ports that the settings name": eachPod((pod, manifests) => {
		if (!isShop(pod)) return false;
		const { PORT, HEALTH_PORT, HOST } = environmentOf(manifests, pod);
		const listed = Object.fromEntries(portsOf(pod).map(({ name, containerPort }) => [name, String(containerPort)]));
		const hasApi = ["api", "shop"].includes(pod.labels["app.kubernetes.io/component"]!);
		const isRight = listed.health === HEALTH_PORT && listed.http === (hasApi ? PORT : undefined) && HOST === "0.0.0.0";
		return !isRight && `has the ports ${JSON.stringify(listed)}, the settings others`;
	}),

	"lead each Service, Ingress and route to a port": (manifests) => {
		const pods = podsOf(manifests);
		const lost = ofKind(manifests, "Service").flatMap((service) =>
			service.spec.ports
				.filter(({ targetPort }: Manifest) => {
					const behind = pods.filter(({ labels }) => selects({ matchLabels: service.spec.selector }, labels));
					return behind.length === 0 || !behind.every((pod) => hasPort(pod, targetPort));
				})
				.map(({ name }: Manifest) => `${nameOf(service)} leads its port ${name} nowhere`),
		);
		const hasServicePort = (name: string, port: string | number) =>
			named(manifests, "Service", name)?.spec.ports.some((one: Manifest) => [one.name, one.port].includes(port));
		const ingresses = ofKind(manifests, "Ingress").flatMap((ingress) =>
			ingress.spec.rules
				.flatMap(({ http }: Manifest) => http.paths)
				.filter(({ backend: { service } }: Manifest) => !hasServicePort(service.name, service.port.name))
				.map(() => `${nameOf(ingress)} leads nowhere`),
		);
		const routes = ofKind(manifests, "HTTPRoute").flatMap((route) =>
			route.spec.rules
				.flatMap(({ backendRefs }: Manifest) => backendRefs)
				.filter(({ name, port }: Manifest) => !hasServicePort(name, port))
				.map(() => `${nameOf(route)} leads nowhere`),
		);
		const monitors = ofKind(manifests, "ServiceMonitor").filter(
			({ spec }) =>
				!ofKind(manifests, "Service").some(
					({ metadata, spec: { ports } }) =>
						selects(spec.selector, metadata.labels) &&
						spec.endpoints.every(({ port }: Manifest) => ports.some(({ name }: Manifest) => name === port)),
				),
		);
		return [...lost, ...ingresses, ...routes, ...monitors.map((monitor) => `${nameOf(monitor)} finds no Service`)];
	},

	"select pods that exist": (manifests) => {
		const pods = podsOf(manifests);
		const own = pods.filter(isService).flatMap(({ owner, labels, spec }) => {
			const spread = (spec.topologySpreadConstraints ?? []).map(({ labelSelector }: Manifest) => labelSelector);
			const selectors = [owner.spec.selector, ...spread];
			const isRight = selectors.every(
				(selector) =>
					Object.keys(selector.matchLabels ?? {}).length > 0 &&
					pods.filter((pod) => selects(selector, pod.labels)).length === 1 &&
					selects(selector, labels),
			);
			return isRight ? [] : [`${nameOf(owner)} selects other pods than its own`];
		});
		const count = (selector: Manifest) => pods.filter(({ labels }) => selects(selector, labels)).length;
		const budgets = ofKind(manifests, "PodDisruptionBudget").filter(({ spec }) => count(spec.selector) !== 1);
		const policies = ofKind(manifests, "NetworkPolicy").filter(({ spec }) => count(spec.podSelector) === 0);
		return [...own, ...[...budgets, ...policies].map((one) => `${nameOf(one)} selects none, or others' pods too`)];
	},

	"refer to what exists": eachPod(({ spec }, manifests) => {
		const { containers, volumes = [], serviceAccountName } = spec;
		const mounted = containers.flatMap(({ volumeMounts = [] }: Manifest) => volumeMounts);
		const sources = containers.flatMap(({ envFrom = [] }: Manifest) => envFrom);
		const isMissing = (kind: string, name: string | undefined) =>
			name !== undefined && !named(manifests, kind, name) && `${kind} ${name}`;
		const missing = [
			isMissing("ServiceAccount", serviceAccountName),
			...sources.map(({ configMapRef }: Manifest) => isMissing("ConfigMap", configMapRef?.name)),
			// Whoever deploys brings the shop's Secret along.
			...sources.map(
				({ secretRef }: Manifest) =>
					secretRef?.name !== "funshop-secrets" && !secretRef?.optional && isMissing("Secret", secretRef?.name),
			),
			...volumes.map(({ configMap }: Manifest) => isMissing("ConfigMap", configMap?.name)),
			...volumes.map((volume: Manifest) => isMissing("PersistentVolumeClaim", volume.persistentVolumeClaim?.claimName)),
		].filter(Boolean);
		const unmounted = volumes.filter(({ name }: Manifest) => !mounted.some((mount: Manifest) => mount.name === name));
		return (missing.length > 0 || unmounted.length > 0) && `lacks ${[...missing, ...unmounted].join()}`;
	}),

	"set only what the shop knows": (manifests) => {
		// NODE_EXTRA_CA_CERTS is Node's own.
		const known = new Set([...SETTINGS, "NODE_EXTRA_CA_CERTS"]);
		const set = podsOf(manifests)
			.filter(isShop)
			.flatMap((pod) => Object.keys(environmentOf(manifests, pod)));
		return [...new Set([...set, ...secretKeys()])]
			.filter((name) => !known.has(name))
			.map((name) => `${name} is no setting`);
	},

	"reach every setting": eachPod((pod, manifests) => {
		if (!isShop(pod)) return false;
		const reached = [...Object.keys(environmentOf(manifests, pod)), ...secretKeys(), ...SET_BY_POD];
		const missing = SETTINGS.filter((name) => !reached.includes(name));
		return missing.length > 0 && `cannot be given ${missing.join()}`;
	}),

	"start with their settings, once protected mode is off": eachPod((pod, manifests) => {
		if (!isShop(pod)) return false;
		try {
			readConfig({ ...environmentOf(manifests, pod), PROTECTED_MODE: "off" });
			return false;
		} catch (error) {
			if (error instanceof ConfigError) return error.message;
			throw error;
		}
	}),

	"run each service in one Deployment": (manifests) => {
		const running = podsOf(manifests)
			.filter(isShop)
			.flatMap((pod) => readConfig({ ...environmentOf(manifests, pod), PROTECTED_MODE: "off" }).services);
		return SERVICE_NAMES.filter((name) => running.filter((one) => one === name).length !== 1).map(
			(name) => `${name} is run by none, or by several`,
		);
	},

	"give pods the time to stop in order": eachPod(({ spec, owner }) => {
		if (owner.kind !== "Deployment") return false;
		const [{ lifecycle, ports = [] }] = spec.containers;
		const preStopS = lifecycle?.preStop?.sleep?.seconds ?? 0;
		if (spec.terminationGracePeriodSeconds <= preStopS + STOP_DEADLINE_S) return "is killed while it stops";
		const hasOthers = owner.spec.strategy.type !== "Recreate";
		return (
			hasOthers && ports.some(({ name }: Manifest) => name === "http") && preStopS === 0 && "ends before proxies know"
		);
	}),

	"replace pods without a gap": (manifests) =>
		ofKind(manifests, "Deployment").flatMap((deployment) => {
			const { strategy, template } = deployment.spec;
			const ownsVolume = template.spec.volumes.some((volume: Manifest) => volume.persistentVolumeClaim);
			// Two processes on one volume would each take the embedded event bus for theirs.
			if (ownsVolume) return strategy.type === "Recreate" ? [] : [`${nameOf(deployment)} runs twice on one volume`];
			const { maxUnavailable } = strategy.rollingUpdate ?? {};
			const budget = ofKind(manifests, "PodDisruptionBudget").some(({ spec }) =>
				selects(spec.selector, template.metadata.labels),
			);
			return maxUnavailable === 0 && budget ? [] : [`${nameOf(deployment)} may be left without a pod`];
		}),

	"scale each Deployment by one autoscaler, with at least two pods": (manifests) => {
		const targets = scalers(manifests).map(({ spec }) => spec.scaleTargetRef.name as string);
		const lost = scalers(manifests)
			.filter(({ spec }) => !named(manifests, "Deployment", spec.scaleTargetRef.name))
			.map((scaler) => `${nameOf(scaler)} scales nothing`);
		const few = scalers(manifests)
			.filter(({ spec }) => !((spec.minReplicas ?? spec.minReplicaCount) >= 2))
			.map((scaler) => `${nameOf(scaler)} may leave one pod`);
		const wrong = ofKind(manifests, "Deployment")
			.filter(({ metadata: { name }, spec: { replicas } }) => {
				const count = targets.filter((target) => target === name).length;
				// Applying a number of pods again would undo what the autoscaler did.
				return count > 1 || (count === 1) === (replicas !== undefined);
			})
			.map((deployment) => `${nameOf(deployment)} has several autoscalers, or one and a number of pods`);
		return [...lost, ...few, ...wrong];
	},

	"watch streams and consumers that exist": (manifests) =>
		ofKind(manifests, "ScaledObject").flatMap((scaled) => {
			const [{ metadata }] = scaled.spec.triggers.filter(({ type }: Manifest) => type === "nats-jetstream");
			const isRight =
				metadata.stream === namesOf("").stream && scaled.spec.scaleTargetRef.name === `funshop-${metadata.consumer}`;
			return isRight ? [] : [`${nameOf(scaled)} watches ${metadata.stream}/${metadata.consumer}`];
		}),

	"have the recommended labels, and the version of package.json": (manifests) =>
		manifests.flatMap((manifest) => {
			const label = (name: string): unknown => manifest.metadata.labels?.[`app.kubernetes.io/${name}`];
			const isLabelled = label("instance") && label("part-of");
			const isShop = label("name") === "funshop" && (label("component") as string) !== "metrics";
			const isRight = isLabelled && (!isShop || label("version") === version);
			return isRight ? [] : [`${nameOf(manifest)} lacks labels, or has another version`];
		}),
} satisfies Record<string, Policy>;
