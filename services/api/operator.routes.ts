import { type TObject, type TSchema, Type } from "@sinclair/typebox";
import {
	AuditShape,
	AuditsShape,
	DeadLetterShape,
	DeadLettersShape,
	DeadLetterSummaryShape,
	DifferenceShape,
	FaultsShape,
	GetAudit,
	GetTrailEntry,
	ListAudits,
	ListDeadLetters,
	ListTrail,
	NameDeadLetter,
	NameService,
	Nothing,
	ReplayRange,
	RunAudit,
	SetFaults,
	TrailEntryShape,
	TrailShape,
} from "../operator/operator.schemas";
import {
	AuditSummaryShape,
	ProcessShape,
	SellingShape,
	StateShape,
	WaitingPaymentsShape,
} from "../operator/state.schemas";
import { FindOrders, FoundOrdersShape, StoryEventShape, StoryShape, TellStory } from "../operator/story.schemas";
import { AddProduct, ChangeProduct, ProductShape } from "../product/product.schemas";
import { BUSY, INVALID, KEYED, LIST, NAMED_SHAPES, one, type Route, WRITE_BUSY } from "./api.routes";

/** What every URL of the console's API begins with. */
export const OPERATOR_API = "/operator/api";

/** 503 and the like of a doing that may be repeated without harm, or is refused before it is begun. */
const DOING = { 400: ["MALFORMED_BODY"], ...INVALID, 503: WRITE_BUSY };

function read(
	path: string,
	operation: string,
	summary: string,
	params: TObject,
	answer: TSchema,
	problems: Route["problems"] = { ...INVALID, 503: BUSY },
): Route {
	return {
		method: "GET",
		path: OPERATOR_API + path,
		operation,
		summary,
		action: `operator.${operation}`,
		params,
		status: 200,
		answer,
		problems,
	};
}

/** A doing: it is in the trail before it is begun, and the answer is its entry with the outcome. */
function doing(
	path: string,
	operation: string,
	summary: string,
	params: TObject,
	problems: Route["problems"] = {},
): Route {
	return {
		method: "POST",
		path: OPERATOR_API + path,
		operation,
		summary,
		action: `operator.${operation}`,
		params,
		status: 200,
		answer: TrailEntryShape,
		problems: { ...DOING, ...problems },
	};
}

/** Every URL of the operator's console that leads to data. Each needs what {@link OperatorGuard} asks for. */
export const OPERATOR_ROUTES: readonly Route[] = [
	read("/state", "state", "The shop in one look: sales, money, processes", Nothing, StateShape),
	read("/selling", "selling", "Sales of the last quarter of an hour, for charts", Nothing, SellingShape),
	read("/orders", "findOrders", "Orders by id or by customer", FindOrders, FoundOrdersShape, LIST),
	read(
		"/orders/{id}/story",
		"orderStory",
		"All that the shop knows about an order",
		TellStory,
		StoryShape,
		one("ORDER_NOT_FOUND"),
	),
	read("/dead-letters", "listDeadLetters", "Events that services gave up", ListDeadLetters, DeadLettersShape, LIST),
	read(
		"/dead-letter",
		"showDeadLetter",
		"One dead letter, with its event",
		NameDeadLetter,
		DeadLetterShape,
		one("DEAD_LETTER_NOT_FOUND"),
	),
	doing("/dead-letters/replay", "replayDeadLetter", "Delivers a dead letter again", NameDeadLetter, {
		404: ["DEAD_LETTER_NOT_FOUND"],
	}),
	doing("/dead-letters/drop", "dropDeadLetter", "Removes a dead letter", NameDeadLetter, {
		404: ["DEAD_LETTER_NOT_FOUND"],
	}),
	doing("/dead-letters/replay-range", "replayDeadLetters", "Delivers a range of dead letters again", ReplayRange),
	doing("/my-page/rebuild", "rebuildView", "Rebuilds my page from all events, while it is served", Nothing, {
		409: ["REBUILD_RUNNING"],
	}),
	read("/audits", "listAudits", "The latest audits", ListAudits, AuditsShape, LIST),
	read("/audits/{id}", "getAudit", "An audit, with what differs", GetAudit, AuditShape, one("AUDIT_NOT_FOUND")),
	doing("/audits", "runAudit", "Starts an audit", RunAudit, { 409: ["AUDIT_RUNNING", "AUDIT_IMPOSSIBLE"] }),
	read("/faults", "getFaults", "The faults of the simulated payment processor", Nothing, FaultsShape),
	doing("/faults", "setFaults", "Sets faults of the simulated payment processor, for a time", SetFaults),
	doing("/faults/reset", "resetFaults", "Ends the faults that were set", Nothing),
	doing("/services/stop", "stopService", "Stops a service in one process", NameService, {
		404: ["PROCESS_NOT_FOUND"],
		409: ["SERVICE_STOPPED"],
	}),
	doing("/services/start", "startService", "Starts a service in the process in which it was stopped", NameService, {
		404: ["PROCESS_NOT_FOUND"],
		409: ["SERVICE_RUNNING"],
	}),
	doing("/samples", "addSamples", "Adds the sample catalogue, unless the shop has other products", Nothing),
	{
		...doing("/products", "addProductAsOperator", "Adds a product", AddProduct),
		action: "operator.addProduct",
		status: 201,
		answer: ProductShape,
		problems: { ...KEYED, 409: ["REQUEST_IN_PROGRESS"], 503: WRITE_BUSY },
		idempotent: true,
		versioned: true,
		location: ({ id }) => `/products/${id}`,
	},
	{
		...doing("/products/{id}", "changeProductAsOperator", "Changes the given fields of a product", ChangeProduct),
		action: "operator.changeProduct",
		method: "PATCH",
		answer: ProductShape,
		problems: {
			400: ["MALFORMED_BODY", "INVALID_IF_MATCH"],
			404: ["PRODUCT_NOT_FOUND"],
			409: ["STOCK_OUT_OF_RANGE"],
			412: ["PRECONDITION_FAILED"],
			...INVALID,
			503: [...WRITE_BUSY, "PRODUCT_BUSY"],
		},
		versioned: true,
	},
	read("/trail", "trail", "What operators have done, newest first", ListTrail, TrailShape, LIST),
	read(
		"/trail/{id}",
		"trailEntry",
		"One doing, with its outcome",
		GetTrailEntry,
		TrailEntryShape,
		one("TRAIL_ENTRY_NOT_FOUND"),
	),
	{
		method: "GET",
		path: `${OPERATOR_API}/openapi.json`,
		operation: "operatorOpenApi",
		summary: "This document",
		params: Nothing,
		status: 200,
		answer: Type.Object({ openapi: Type.String() }),
		problems: {},
	},
];

/** The schemas that have a name in the OpenAPI document of the console. */
export const OPERATOR_SHAPES = {
	Money: NAMED_SHAPES.Money,
	PageOrder: NAMED_SHAPES.PageOrder,
	Product: NAMED_SHAPES.Product,
	Order: NAMED_SHAPES.Order,
	Payment: NAMED_SHAPES.Payment,
	Notification: NAMED_SHAPES.Notification,
	State: StateShape,
	Selling: SellingShape,
	WaitingPayments: WaitingPaymentsShape,
	Process: ProcessShape,
	Story: StoryShape,
	StoryEvent: StoryEventShape,
	DeadLetter: DeadLetterShape,
	DeadLetterSummary: DeadLetterSummaryShape,
	AuditSummary: AuditSummaryShape,
	Audit: AuditShape,
	Difference: DifferenceShape,
	Faults: FaultsShape,
	TrailEntry: TrailEntryShape,
};
