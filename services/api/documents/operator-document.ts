import { OPERATOR_SHAPES } from "../operator.routes";
import type { ApiDocument } from "./openapi";

/** The parts of the operator's console. */
const TAGS: Readonly<Record<string, string>> = {
	look: "The shop in one look",
	orders: "Orders and their stories",
	events: "Dead letters, and views of events",
	audit: "Whether all that is stored agrees",
	faults: "The simulated payment processor, and services in processes",
	products: "The catalogue",
	trail: "What operators have done",
};

/** By operation, its tag. */
const TAG_OF: Readonly<Record<string, string>> = {
	findOrders: "orders",
	orderStory: "orders",
	listDeadLetters: "events",
	showDeadLetter: "events",
	replayDeadLetter: "events",
	dropDeadLetter: "events",
	replayDeadLetters: "events",
	rebuildView: "events",
	listAudits: "audit",
	getAudit: "audit",
	runAudit: "audit",
	getFaults: "faults",
	setFaults: "faults",
	resetFaults: "faults",
	stopService: "faults",
	startService: "faults",
	addSamples: "products",
	addProductAsOperator: "products",
	changeProductAsOperator: "products",
	trail: "trail",
	trailEntry: "trail",
};

/** By operation, the notes that its summary and schemas do not have. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
	state:
		"All processes are asked at once, with a deadline: one that is connected and does not answer is `silent`. The answer is kept for a second, so that many consoles cost as much as one.",
	selling: "Every process counts for itself; the counts of a process are gone when it ends.",
	findOrders: "Give `id`, or `customerId`: then newest first.",
	orderStory: "Parts that cannot be asked now are named in `missing`; the rest is there.",
	listDeadLetters:
		"Of one service, or of all; the first 1,000 of the shop. An event becomes a dead letter after its last retry.",
	showDeadLetter: "The event as it was published.",
	replayDeadLetter: "It is tried again at once, with all its retries.",
	dropDeadLetter: "The service never handles the event then: what follows from it has to be mended by other means.",
	replayDeadLetters:
		"All dead letters that match, at most 1,000 at a time: the outcome says how many, and whether there are more.",
	rebuildView: "The answer comes at once; the entry in the trail has the outcome when it is done.",
	listAudits: "Newest first; the last 50 are kept.",
	getAudit: "Poll it while its `status` is running; `report` is there when it is done.",
	runAudit:
		"One at a time in the whole shop. The answer comes at once; its `id` is that of the audit too. 409 `AUDIT_IMPOSSIBLE` says which service stores its documents where this process does not reach them.",
	getFaults: "As each process of payment has them now.",
	setFaults:
		"Fields that are left out stay as they are. They hold in all processes of payment that answer now, until `forS` is over, and not after a restart.",
	resetFaults: "The settings of each process hold again.",
	stopService:
		"What the service has begun is finished first. The process goes on without it; a restart brings it back.",
	startService: "For a service that was stopped by `stopService`.",
	addSamples: "May be repeated.",
	addProductAsOperator: "As `POST /products`, and in the trail.",
	changeProductAsOperator:
		"As `PATCH /products/{id}`, and in the trail. `stock` sets what can still be ordered, `stockDelta` adds to it.",
	trail: "Each doing is written before it is begun, and once more with its outcome. The last 10,000 are kept.",
	trailEntry: "Poll it while its `status` is running.",
	operatorOpenApi: "OpenAPI 3.1 of the operator's console.",
};

/** The OpenAPI document of the operator's console: its words. */
export const OPERATOR_DOCUMENT: ApiDocument = {
	title: "Funshop for operators",
	description:
		"What the operator's console asks and does. Each doing is written into the trail before it is begun. Money is in minor units, times are RFC 3339 in UTC.",
	tags: TAGS,
	shapes: OPERATOR_SHAPES,
	descriptions: DESCRIPTIONS,
	tagOf: ({ operation }) => TAG_OF[operation] ?? "look",
	needsToken: true,
};
