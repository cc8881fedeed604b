import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { StartError } from "../../domain/start-error";
import { EVENTS, layoutOf } from "./folder-layout";
import { replace, writeOnce } from "./write-once";

const SHAPE_FILE = "shape.json";
const MOVE = 'stop that shop and run "npm run move-to-cluster" with these settings';

/** The shape of a shop decides on the place of its events: with one process its data folder, with a cluster the stream of its namespace. */
export type Shape = { shape: "process" } | { shape: "cluster"; namespace: string };

/** The shape of a shop with these settings. */
export function shapeFor({ natsUrls, namespace = "" }: { natsUrls?: readonly string[]; namespace?: string }): Shape {
	return natsUrls ? { shape: "cluster", namespace } : { shape: "process" };
}

/**
 * The shape of the shop that wrote this data folder; undefined where none has written to it yet. A folder of a version that did not note its
 * shape is of one process where it has an event log, or all in one store.
 * @throws StartError where the file is damaged
 */
export function shapeOf(folder: string): Shape | undefined {
	const file = join(folder, SHAPE_FILE);
	if (!existsSync(file)) {
		const isOfProcess = layoutOf(folder) === "together" || existsSync(join(folder, EVENTS, "data.mdb"));
		return isOfProcess ? { shape: "process" } : undefined;
	}
	let found: { shape?: unknown; namespace?: unknown } = {};
	try {
		found = JSON.parse(readFileSync(file, "utf8")) as typeof found;
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
	}
	const { shape, namespace } = found;
	if (shape === "process") return { shape };
	if (shape === "cluster" && typeof namespace === "string") return { shape, namespace };
	throw new StartError(`${file} is damaged; restore it from a backup`);
}

/**
 * Notes the shape of the shop that starts on this folder, before it writes anything else; the first one decides. Several processes may do so at once.
 * @throws StartError where the folder is of another shape: its events are elsewhere
 */
export function claimShape(folder: string, wanted: Shape): void {
	refuseOther(folder, wanted, shapeOf(folder));
	// A full disk must not keep a shop from starting that only has to read.
	if (!existsSync(join(folder, SHAPE_FILE))) writeOnce(join(folder, SHAPE_FILE), toText(wanted));
	// Another process may have been first.
	refuseOther(folder, wanted, shapeOf(folder));
}

/** Notes another shape; call it once the events have moved. */
export function changeShape(folder: string, next: Shape): void {
	replace(join(folder, SHAPE_FILE), toText(next));
}

/**
 * Checks that a command reads the shop that wrote this folder.
 * @throws StartError where its settings are those of another shape
 */
export function checkShape(folder: string, wanted: Shape): void {
	refuseOther(folder, wanted, shapeOf(folder), "leave TRANSPORTER away");
}

function refuseOther(folder: string, wanted: Shape, found: Shape | undefined, forCluster = MOVE): void {
	if (!found) return;
	if (isDeepStrictEqual(found, wanted)) return refuseHalfMoved(folder, found);
	const remedy =
		found.shape === "process"
			? `has the events of a shop of one process; ${forCluster}`
			: `belongs to a cluster with ${settings(found, wanted)}`;
	throw new StartError(`DATA_DIR=${folder} ${remedy}, or name another folder`);
}

function refuseHalfMoved(folder: string, { shape }: Shape): void {
	if (shape !== "cluster" || layoutOf(folder) === "apart") return;
	throw new StartError(`DATA_DIR=${folder} has not moved to the end; run "npm run move-to-cluster" again`);
}

function settings({ namespace }: { namespace: string }, wanted: Shape): string {
	const owner = namespace === "" ? "no NAMESPACE" : `NAMESPACE=${namespace}`;
	if (wanted.shape === "process")
		return `${owner}, whose events are in NATS; set TRANSPORTER, or use "npm run cluster" where that wrote it`;
	return `${owner}; ${namespace === "" ? "leave NAMESPACE away" : `set ${owner}`}`;
}

function toText(shape: Shape): string {
	return `${JSON.stringify(shape)}\n`;
}
