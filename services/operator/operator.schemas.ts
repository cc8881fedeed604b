import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { SERVICE_NAMES } from "../../config";
import { Id } from "../../shared/domain/ids";
import { ListOf, ListParams } from "../../shared/store/paging";
import { AuditSummaryShape } from "./state.schemas";

const strict = { additionalProperties: false };
const Time = Type.String({ format: "date-time" });
const oneOf = (names: readonly string[], options = {}) =>
	Type.Union(
		names.map((name) => Type.Literal(name)),
		options,
	) as unknown as TSchema & { static: string };

export const Nothing = Type.Object({}, strict);

/** One doing of an operator: written before it is done, and once more with its outcome. */
export const TrailEntryShape = Type.Object({
	id: Type.String(),
	at: Time,
	by: Type.String({ description: "Such as `loopback`, `token 1a2b3c4d` (a fingerprint), `repl` or `command line`" }),
	name: Type.Optional(Type.String({ description: "What X-Operator said; nobody checks it" })),
	action: Type.String({ description: "Such as `operator.replayDeadLetter`" }),
	params: Type.Record(Type.String(), Type.Unknown()),
	requestId: Type.Optional(Type.String()),
	nodeId: Type.String(),
	status: oneOf(["running", "done", "failed", "interrupted"], {
		description: "interrupted: its process has ended meanwhile, so the outcome is not known",
	}),
	outcome: Type.Optional(Type.String({ description: "In words" })),
	endedAt: Type.Optional(Time),
});
export type TrailEntry = Omit<Static<typeof TrailEntryShape>, "status"> & {
	status: "running" | "done" | "failed" | "interrupted";
};
export const ListTrail = Type.Object(ListParams, strict);
export type ListTrail = Static<typeof ListTrail>;
export const GetTrailEntry = Type.Object({ id: Id }, strict);
export type GetTrailEntry = Static<typeof GetTrailEntry>;
export const TrailShape = ListOf(TrailEntryShape);

const Handler = oneOf(
	SERVICE_NAMES.filter((name) => name !== "api" && name !== "operator"),
	{ description: "A service that handles events" },
);
const EventId = Type.String({ minLength: 1, maxLength: 300 });

export const ListDeadLetters = Type.Object({ service: Type.Optional(Handler), ...ListParams }, strict);
export type ListDeadLetters = Static<typeof ListDeadLetters>;
export const NameDeadLetter = Type.Object({ service: Handler, eventId: EventId }, strict);
export type NameDeadLetter = Static<typeof NameDeadLetter>;
export const DeadLetterSummaryShape = Type.Object({
	service: Type.String({ description: "The service that gave it up" }),
	eventId: Type.String(),
	type: Type.String(),
	subject: Type.String(),
	tries: Type.Integer({ minimum: 0 }),
	reason: Type.String({ description: "The message of the last error" }),
	at: Type.String({ format: "date-time", description: "When it was given up" }),
});
export const DeadLettersShape = ListOf(DeadLetterSummaryShape);
export const DeadLetterShape = Type.Object({
	...DeadLetterSummaryShape.properties,
	event: Type.Unknown({ description: "The whole event: CloudEvents 1.0" }),
});
export const ReplayRange = Type.Object(
	{
		service: Type.Optional(Handler),
		type: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "A type of events" })),
		from: Type.Optional(Type.String({ format: "date-time", description: "Given up at this time or later" })),
		until: Type.Optional(Type.String({ format: "date-time", description: "Given up before this time" })),
	},
	strict,
);
export type ReplayRange = Static<typeof ReplayRange>;

export const DifferenceShape = Type.Object({
	invariant: Type.String({
		description: "I1 money, I2 captured once, I3 stock, I5 published, I6 legal, I7 live",
	}),
	subject: Type.String({ description: "Such as `order 42`; `says` continues the sentence" }),
	says: Type.String(),
	about: Type.Optional(Type.String({ description: "The id of the order, product or message" })),
});
export const AuditShape = Type.Object({
	...AuditSummaryShape.properties,
	report: Type.Optional(
		Type.Object({
			places: Type.Array(Type.String(), { description: "The folders and servers that were read" }),
			orders: Type.Record(Type.String(), Type.Integer(), { description: "Number by status" }),
			payments: Type.Record(Type.String(), Type.Integer(), { description: "Number by status" }),
			captured: Type.Record(Type.String(), Type.Integer(), { description: "Minor units by currency" }),
			refunded: Type.Record(Type.String(), Type.Integer(), { description: "Minor units by currency" }),
			events: Type.Integer(),
			eventsSince: Type.Optional(
				Type.String({ format: "date-time", description: "The log has removed earlier ones because of their age" }),
			),
			lastEventAt: Type.Optional(Time),
			running: Type.Array(Type.String(), { description: "The services that some process runs" }),
			differences: Type.Array(DifferenceShape, { description: "The first 200" }),
			underWay: Type.Array(DifferenceShape, { description: "The first 200" }),
		}),
	),
});
export type AuditRun = Static<typeof AuditShape>;
export const AuditsShape = ListOf(AuditSummaryShape);
export const ListAudits = Type.Object(ListParams, strict);
export type ListAudits = Static<typeof ListAudits>;
export const GetAudit = Type.Object({ id: Id }, strict);
export type GetAudit = Static<typeof GetAudit>;
export const RunAudit = Type.Object(
	{
		waitS: Type.Optional(
			Type.Integer({
				minimum: 0,
				maximum: 600,
				default: 10,
				description: "Looks again for this long while something differs",
			}),
		),
	},
	strict,
);
export type RunAudit = Static<typeof RunAudit>;

const Rate = Type.Number({ minimum: 0, maximum: 1 });
const faults = {
	latencyMs: Type.Integer({ minimum: 0, maximum: 600_000, description: "The least duration of each request" }),
	concurrency: Type.Integer({ minimum: 0, maximum: 100_000, description: "Requests at a time; 0: any number" }),
	failRate: Rate,
	hangRate: Rate,
	loseAnswerRate: Rate,
};
export const FaultsShape = Type.Object({
	isSimulated: Type.Boolean({
		description: "Whether the payment processor is simulated, so that it has faults to set",
	}),
	processes: Type.Array(
		Type.Object({
			nodeId: Type.String(),
			/** Absent where the process does not answer. */
			faults: Type.Optional(Type.Object(faults)),
			settings: Type.Optional(
				Type.Object(faults, { description: "What holds again after `until`, and after a restart" }),
			),
			until: Type.Optional(Time),
		}),
		{ description: "Of payment; without `faults` where it does not answer" },
	),
});
export type Faults = Static<typeof FaultsShape>;
export const SetFaults = Type.Object(
	{
		...Type.Partial(Type.Object(faults)).properties,
		forS: Type.Optional(
			Type.Integer({
				minimum: 1,
				maximum: 3_600,
				default: 300,
				description: "After this long, in seconds, and after a restart the settings hold again",
			}),
		),
	},
	strict,
);
export type SetFaults = Static<typeof SetFaults>;

export const NameService = Type.Object(
	{
		nodeId: Type.String({ minLength: 1, maxLength: 200 }),
		service: oneOf(
			SERVICE_NAMES.filter((name) => name !== "api" && name !== "operator"),
			{ description: "Not the two that serve the console" },
		),
	},
	strict,
);
export type NameService = Static<typeof NameService>;
