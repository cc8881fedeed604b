// Prints what is wrong in manifests by the schemas of Kubernetes, as JSON: node validate-manifests.mjs < manifests.json
// Schemas allow unknown fields, so the types of the same packages are checked too: a misspelt field is found as the API server does it.
import { readFileSync } from "node:fs";
import ts from "typescript";

const PACKAGES = {
	"gateway.networking.k8s.io": "@kubernetes-models/gateway-api",
	"keda.sh": "@kubernetes-models/keda",
	"monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
};
const manifests = JSON.parse(readFileSync(0, "utf8"));
const nameOf = ({ kind, metadata }) => `${kind} ${metadata?.name}`;
const moduleOf = ({ apiVersion, kind }) =>
	`${PACKAGES[apiVersion.split("/")[0]] ?? "kubernetes-models"}/${apiVersion}/${kind}`;

async function schemaErrors(manifest) {
	try {
		const { [manifest.kind]: Model } = await import(moduleOf(manifest));
		new Model(manifest).validate();
		return [];
	} catch (error) {
		return [`${nameOf(manifest)}: ${error.message}`];
	}
}

/** Type-checks each manifest as a literal of its type, in a file that exists in memory only. */
function typeErrors() {
	const file = `${import.meta.dirname ?? new URL(".", import.meta.url).pathname}/manifests.mts`;
	const lines = manifests.map((manifest, index) => {
		const type = `import("${moduleOf(manifest)}").I${manifest.kind}`;
		return `export const m${index}: ${type} = ${JSON.stringify(manifest)};`;
	});
	const options = {
		module: ts.ModuleKind.NodeNext,
		moduleResolution: ts.ModuleResolutionKind.NodeNext,
		target: ts.ScriptTarget.ES2022,
		strict: true,
		noEmit: true,
		skipLibCheck: true,
		types: [],
	};
	const host = ts.createCompilerHost(options);
	const { getSourceFile, fileExists, readFile } = host;
	const source = lines.join("\n");
	host.getSourceFile = (name, ...more) =>
		name === file ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : getSourceFile.call(host, name, ...more);
	host.fileExists = (name) => name === file || fileExists.call(host, name);
	host.readFile = (name) => (name === file ? source : readFile.call(host, name));
	return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).map(({ start, messageText }) => {
		const line = start === undefined ? 0 : source.slice(0, start).split("\n").length - 1;
		return `${nameOf(manifests[line])}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
	});
}

const errors = [...(await Promise.all(manifests.map(schemaErrors))).flat(), ...typeErrors()];
process.stdout.write(JSON.stringify(errors));
