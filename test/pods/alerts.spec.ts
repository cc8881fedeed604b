import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Cluster, startCluster } from "../support/cluster/cluster";
import { describeWith } from "../support/cluster/servers";
import { clientOf } from "../support/http/http";
import { type Manifest, ROOT } from "../support/pods/manifests";
import { eventually } from "../support/world";

// Its types are those of an ES module.
const promql = () => import("@prometheus-io/lezer-promql");
let parser: Awaited<ReturnType<typeof promql>>["parser"];
beforeAll(async () => {
	({ parser } = await promql());
});

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const RULES: Manifest[] = parse(read("k8s/components/alerts/rules.yaml")).spec.groups.flatMap(
	({ rules }: Manifest) => rules,
);
/** Labels that Prometheus adds to each metric: its own, and those of a pod that the ServiceMonitor names. */
const ADDED_LABELS = ["job", "pod", "app_kubernetes_io_component"];

/** The parts of an expression that have this name in the grammar of PromQL. */
function partsOf(expression: string, ...names: string[]): string[] {
	const parts: string[] = [];
	parser.parse(expression).iterate({
		enter: ({ name, from, to }) => void (names.includes(name) && parts.push(expression.slice(from, to))),
	});
	return parts;
}

const metricsIn = (expression: string) =>
	partsOf(expression, "VectorSelector").map((selector) => selector.replace(/[{[].*$/, ""));
const labelsIn = (expression: string) => partsOf(expression, "LabelName");

describe("an alert", () => {
	it.each(RULES.map(({ alert, expr }) => [alert, expr]))(
		"%s is an expression that Prometheus understands",
		(_, expr) => {
			expect(partsOf(expr, "⚠")).toEqual([]);
			expect(metricsIn(expr)).not.toEqual([]);
		},
	);

	it("has a line in the runbook, which has no others", () => {
		const [, section] = /^## Alerts$(.*?)^## /ms.exec(read("docs/operations.md"))!;
		const lines = [...section!.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
		expect(lines).toEqual(RULES.map(({ alert }) => alert));
	});
});

describeWith(["nats"], "the metrics of a cluster", () => {
	let cluster: Cluster;
	/** By metric, the labels that it has. */
	const labels = new Map<string, Set<string>>();

	beforeAll(async () => {
		cluster = await startCluster();
		// A metric of calls is there once a call was made, and one of a circuit once payment was called.
		const { get, post } = clientOf(cluster.urls[0]!);
		const product = { name: "Tea", price: { amount: 900, currency: "KRW" }, stock: 10 };
		const items = [{ productId: (await post("/products", product)).body.id, quantity: 1 }];
		const { body: order } = await post("/orders", { customerId: "alice", items });
		await post(`/orders/${order.id}/payment`, { cardNo: "4242424242424242" });
		await get("/orders/none");
		await eventually(async () => {
			for (const { healthUrl } of cluster.processes()) note(await (await fetch(`${healthUrl}/metrics`)).text());
			return labels.has("funshop_breaker_state");
		}, 10_000);
	}, 90_000);
	afterAll(() => cluster?.stop(), 60_000);

	function note(text: string): void {
		for (const [, name, list = ""] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
			const known = labels.get(name!) ?? new Set();
			labels.set(name!, known);
			for (const [, label] of list.matchAll(/(\w+)="/g)) known.add(label!);
		}
	}

	it.each(RULES.map(({ alert, expr }) => [alert, expr]))("have what %s looks at", (_, expr) => {
		// Prometheus makes it itself.
		const metrics = metricsIn(expr).filter((name) => name !== "up");
		expect(metrics.filter((name) => !labels.has(name))).toEqual([]);
		const known = [...ADDED_LABELS, ...metrics.flatMap((name) => [...labels.get(name)!])];
		expect(labelsIn(expr).filter((label) => !known.includes(label))).toEqual([]);
	});

	it.each(RULES.map(({ alert, expr, annotations }) => [alert, expr, annotations.summary]))(
		"have the labels that the summary of %s names",
		(_, expr, summary: string) => {
			const grouped = partsOf(expr, "GroupingLabels").join();
			const named = [...summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label!);
			const known = [...ADDED_LABELS, ...metricsIn(expr).flatMap((name) => [...(labels.get(name) ?? [])])];
			const isThere = (label: string) => (grouped ? grouped.includes(label) : known.includes(label));
			expect(named.filter((label) => !isThere(label))).toEqual([]);
		},
	);
});
