import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describeWith } from "../support/cluster/servers";
import { connections } from "../support/pods/connections";
import { type Manifest, named, ofKind, OVERLAYS, type Overlay, render, ROOT } from "../support/pods/manifests";
import { POLICIES, type Policy } from "../support/pods/policy";

const STORING = ["cart", "customer", "notification", "operator", "order", "payment", "product"];
const SERVICES = ["api", ...STORING];
const toAll = (from: readonly string[], to: string) => from.map((name) => `${name} → ${to}`);

const CONNECTIONS: Record<Overlay, string[]> = {
	single: ["shop → dns:53", "shop → internet:443", "funshop-backup → internet:443", "funshop-backup → internet:6443"],
	demo: [
		...toAll(SERVICES, "dns:53"),
		...toAll(SERVICES, "nats:4222"),
		...toAll(STORING, "mongodb:27017"),
		"mongodb → dns:53",
		"notification → internet:443",
	],
	production: [
		...toAll(SERVICES, "dns:53"),
		...toAll(SERVICES, "nats:4222"),
		...toAll(STORING, "mongodb:27017"),
		...SERVICES.map((name) => `monitoring → ${name}:3030`),
		"gateway → api:8080",
		"notification → internet:443",
	],
};

/** What breaks a policy, in the manifests of an overlay, which may be changed. */
const BREAKS: Record<keyof typeof POLICIES, [Overlay, (manifests: Manifest[]) => unknown]> = {
	"follow the schemas of Kubernetes": ["single", (all) => (deployment(all).spec.template.spec.containres = [])],
	"name images by a version or a digest": ["demo", (all) => (container(all).image = "funshop:latest")],
	"let no process be root, gain rights or write to its image": [
		"demo",
		(all) => delete container(all).securityContext.readOnlyRootFilesystem,
	],
	"give no pod but that of backups a token of the Kubernetes API": [
		"demo",
		(all) => delete ofKind(all, "ServiceAccount")[0].automountServiceAccountToken,
	],
	"limit what containers take": ["demo", (all) => delete container(all).resources.limits.memory],
	"have probes of ports that listen": ["single", (all) => (container(all).livenessProbe.httpGet.path = "/readyz")],
	"listen on the ports that the settings name": [
		"demo",
		(all) => (ofKind(all, "ConfigMap").find(({ data }) => data.PORT)!.data.PORT = "8081"),
	],
	"lead each Service, Ingress and route to a port": [
		"production",
		(all) => (ofKind(all, "HTTPRoute")[0].spec.rules[0].backendRefs[0].port = 8080),
	],
	"select pods that exist": [
		"demo",
		(all) => (ofKind(all, "PodDisruptionBudget")[0].spec.selector.matchLabels["app.kubernetes.io/component"] = "ipa"),
	],
	"refer to what exists": ["single", (all) => all.splice(all.indexOf(ofKind(all, "ConfigMap")[0]), 1)],
	"set only what the shop knows": ["demo", (all) => container(all).env.push({ name: "PAYMENT_QUEU", value: "1" })],
	"reach every setting": [
		"demo",
		(all) => delete ofKind(all, "ConfigMap").find(({ data }) => data.PORT)!.data.CURRENCY,
	],
	"start with their settings, once protected mode is off": [
		"demo",
		(all) => (ofKind(all, "ConfigMap").find(({ data }) => data.PORT)!.data.CURRENCY = "WON"),
	],
	"run each service in one Deployment": ["demo", (all) => all.splice(all.indexOf(deployment(all)), 1)],
	"give pods the time to stop in order": [
		"demo",
		(all) => (deployment(all).spec.template.spec.terminationGracePeriodSeconds = 20),
	],
	"replace pods without a gap": ["single", (all) => (deployment(all).spec.strategy = { type: "RollingUpdate" })],
	"scale each Deployment by one autoscaler, with at least two pods": [
		"production",
		(all) => {
			const scaler = structuredClone(ofKind(all, "HorizontalPodAutoscaler")[0]);
			scaler.spec.scaleTargetRef.name = "funshop-order";
			all.push(scaler);
		},
	],
	"watch streams and consumers that exist": [
		"production",
		(all) => (ofKind(all, "ScaledObject")[0].spec.triggers[0].metadata.consumer = "carts"),
	],
	"have the recommended labels, and the version of package.json": [
		"single",
		(all) => (deployment(all).metadata.labels["app.kubernetes.io/version"] = "0.0.1"),
	],
};

const deployment = (manifests: readonly Manifest[]): Manifest => ofKind(manifests, "Deployment")[0];
const container = (manifests: readonly Manifest[]): Manifest => deployment(manifests).spec.template.spec.containers[0];
const policies = Object.entries<Policy>(POLICIES);

/** An overlay with further components, which the repository does not have. */
function renderWith(overlay: Overlay, ...components: string[]): Manifest[] {
	const folder = mkdtempSync(join(ROOT, "k8s", "with-component-"));
	try {
		const lines = [
			"apiVersion: kustomize.config.k8s.io/v1beta1",
			"kind: Kustomization",
			"namespace: funshop",
			`resources: [../overlays/${overlay}]`,
			`components: [${components.map((name) => `../components/${name}`).join()}]`,
			"labels: [{ pairs: { app.kubernetes.io/instance: funshop, app.kubernetes.io/part-of: funshop } }]",
		];
		writeFileSync(join(folder, "kustomization.yaml"), lines.join("\n"));
		return render(relative(ROOT, folder));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

describeWith(["kubectl"], "the manifests for Kubernetes", () => {
	const rendered = {} as Record<Overlay, Manifest[]>;
	beforeAll(() => OVERLAYS.forEach((overlay) => (rendered[overlay] = render(`k8s/overlays/${overlay}`))));

	describe.each(OVERLAYS)("of the overlay %s", (overlay) => {
		it.each(policies)("%s", (_, policy) => {
			expect(policy(rendered[overlay])).toEqual([]);
		});

		it("let exactly the shop's own connections pass", () => {
			expect(connections(rendered[overlay])).toEqual(CONNECTIONS[overlay].sort());
		});
	});

	it.each(policies)("that break a rule are found out: they must %s", (name, policy) => {
		const [overlay, breakIt] = BREAKS[name as keyof typeof POLICIES];
		const manifests = structuredClone(rendered[overlay]);
		breakIt(manifests);
		expect(policy(manifests)).not.toEqual([]);
	});

	it("that open a connection are found out", () => {
		const manifests = structuredClone(rendered.demo);
		manifests.splice(manifests.indexOf(named(manifests, "NetworkPolicy", "default-deny")!), 1);
		expect(connections(manifests)).toContain("stranger → api:8080");
	});

	it("protect the shop unless an overlay says otherwise", () => {
		const modes = OVERLAYS.map(
			(overlay) => ofKind(rendered[overlay], "ConfigMap").find(({ data }) => data.PROTECTED_MODE)?.data.PROTECTED_MODE,
		);
		expect(modes).toEqual(["off", "off", "on"]);
	});

	it("with all further components follow the same rules", () => {
		const manifests = renderWith("demo", "ingress", "keda", "service-monitor", "operator-access", "private-ca");
		expect(policies.flatMap(([, policy]) => policy(manifests))).toEqual([]);
	});

	it("of a restore follow the same rules, beside those of the shop", () => {
		const manifests = [...rendered.single, ...render("k8s/overlays/single/restore")];
		expect(policies.flatMap(([, policy]) => policy(manifests))).toEqual([]);
	});

	it("open the api to the Ingress controller alone", () => {
		const opened = connections(renderWith("demo", "ingress"));
		expect(opened.filter((connection) => !CONNECTIONS.demo.includes(connection))).toEqual(["ingress-nginx → api:8080"]);
	});

	const score = process.env.KUBE_SCORE;
	(score ? it : it.skip).each(OVERLAYS)("have nothing that kube-score calls critical: %s", (overlay) => {
		const ignored = [
			// An image that is named by its version or digest need not be pulled again.
			"container-image-pull-policy",
			// The images' users: volumes of earlier versions belong to them.
			"container-security-context-user-group-id",
		].flatMap((name) => ["--ignore-test", name]);
		const manifests = rendered[overlay].map((manifest) => JSON.stringify(manifest)).join("\n---\n");
		const options = { input: manifests, encoding: "utf8" } as const;
		const found = execFileSync(score!, ["score", ...ignored, "--output-format", "ci", "-"], options);
		expect(found.split("\n").filter((line) => line.startsWith("[CRITICAL]"))).toEqual([]);
	});
});
