import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

export const ROOT = join(__dirname, "..", "..", "..");
const VALIDATOR = "test/support/pods/validate-manifests.mjs";

export type Manifest = any;

export const OVERLAYS = ["single", "demo", "production"] as const;
export type Overlay = (typeof OVERLAYS)[number];

/** What `kubectl apply -k` would send for a folder of this repository. @throws Error with kustomize's reason */
export function render(folder: string): Manifest[] {
	const text = execFileSync("kubectl", ["kustomize", join(ROOT, folder)], { encoding: "utf8" });
	return parseAllDocuments(text).map((document) => {
		const manifest = document.toJSON();
		// kustomize breaks long lines of base64; the API server takes that, schemas do not.
		for (const [key, value] of Object.entries<string>(manifest.kind === "Secret" ? (manifest.data ?? {}) : {})) {
			manifest.data[key] = value.replaceAll("\n", "");
		}
		return manifest;
	});
}

/** What is wrong by the schemas of Kubernetes, KEDA, the Gateway API and the Prometheus operator, unknown fields too. */
export function schemaErrors(manifests: readonly Manifest[]): string[] {
	// The packages are ES modules, which jest does not load.
	const options = { cwd: ROOT, input: JSON.stringify(manifests), encoding: "utf8" } as const;
	return JSON.parse(execFileSync(process.execPath, [VALIDATOR], options));
}

export const ofKind = (manifests: readonly Manifest[], ...kinds: string[]): Manifest[] =>
	manifests.filter(({ kind }) => kinds.includes(kind));

export const named = (manifests: readonly Manifest[], kind: string, name: string): Manifest | undefined =>
	manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);

/** `Deployment funshop-api` */
export const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

export interface Pod {
	/** The workload that makes it. */
	owner: Manifest;
	labels: Record<string, string>;
	spec: Manifest;
}

/** A pod of each workload. */
export function podsOf(manifests: readonly Manifest[]): Pod[] {
	return ofKind(manifests, "Deployment", "StatefulSet", "CronJob", "Job").map((owner) => {
		const { metadata, spec } = (owner.kind === "CronJob" ? owner.spec.jobTemplate.spec : owner.spec).template;
		return { owner, labels: metadata?.labels ?? {}, spec };
	});
}

/** Pods whose process is one of the shop, told by their label. */
export const isShop = ({ labels, owner }: Pod): boolean =>
	labels["app.kubernetes.io/name"] === "funshop" && owner.kind === "Deployment";

/** Whether a label selector of Kubernetes takes these labels. An empty one takes all. */
export function selects(selector: Manifest, labels: Readonly<Record<string, string>>): boolean {
	const { matchLabels = {}, matchExpressions = [] } = selector;
	return (
		Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
		matchExpressions.every(({ key, operator, values = [] }: Manifest) => {
			switch (operator) {
				case "In":
					return values.includes(labels[key]);
				case "NotIn":
					return !values.includes(labels[key]);
				case "Exists":
					return key in labels;
				case "DoesNotExist":
					return !(key in labels);
				default:
					throw new Error(`${operator} is no operator of a label selector`);
			}
		})
	);
}

/** The variables that a container of a pod gets, Secrets that are not among the manifests left out. */
export function environmentOf(manifests: readonly Manifest[], { spec, labels }: Pod): Record<string, string> {
	const [container] = spec.containers;
	const env: Record<string, string> = {};
	for (const { configMapRef, secretRef } of container.envFrom ?? []) {
		if (configMapRef) Object.assign(env, named(manifests, "ConfigMap", configMapRef.name)?.data);
		const secret = secretRef && named(manifests, "Secret", secretRef.name);
		for (const [key, value] of Object.entries<string>(secret?.data ?? {})) env[key] = atob(value);
	}
	for (const { name, value, valueFrom } of container.env ?? []) {
		const [, label] = /^metadata\.labels\['(.*)'\]$/.exec(valueFrom?.fieldRef?.fieldPath ?? "") ?? [];
		env[name] = label === undefined ? value : labels[label];
	}
	return env;
}
