import type { components } from "../operator-api";
import { msSince } from "./ages";
import { urlOf } from "./route";

type State = components["schemas"]["State"];
type Report = NonNullable<State["processes"][number]["report"]>;

/** Something that an operator should know of, the worst first. */
export interface Trouble {
	what: What;
	/** `bad`: customers or money are hit, or soon will be; `warn`: it may become so. */
	weight: "bad" | "warn";
	/** The names of services, processes or actions. */
	about: string;
	count: number;
	/** How long it lasts, or how late something is. */
	ms: number;
	/** Where it is mended. */
	href: string;
}

/** In the order of what to look at first. */
const ORDER = [
	"missing",
	"silent",
	"network",
	"bus",
	"store",
	"notReady",
	"moneyUnknown",
	"audit",
	"breakerOpen",
	"failed",
	"unknown",
	"refunds",
	"dead",
	"outbox",
	"noOrders",
	"bulkhead",
	"busy",
	"lag",
	"loop",
	"breakerHalfOpen",
	"auditFailed",
	"away",
	"versions",
] as const;
export type What = (typeof ORDER)[number];

const LATE = {
	unknown: { warn: 30_000, bad: 600_000 },
	refunds: { warn: 600_000, bad: 86_400_000 },
	outbox: { warn: 10_000, bad: 60_000 },
	lag: { warn: 5_000, bad: 60_000 },
	loop: { warn: 250, bad: 2_000 },
};
const MANY_WAITING = 1_000;

/** What is wrong, the worst first; empty when all is well. */
export function troublesOf(state: State): Trouble[] {
	const troubles = [...ofProcesses(state), ...ofMoney(state), ...ofEvents(state), ...ofSales(state)];
	const rank = ({ weight, what }: Trouble) => (weight === "bad" ? 0 : ORDER.length) + ORDER.indexOf(what);
	return troubles.sort((one, other) => rank(one) - rank(other));
}

function trouble(what: What, weight: Trouble["weight"], rest: Partial<Trouble> = {}): Trouble {
	return { what, weight, about: "", count: 0, ms: 0, href: urlOf.processes(), ...rest };
}

function lateness(what: keyof typeof LATE, ms: number, rest: Partial<Trouble> = {}): Trouble[] {
	if (ms < LATE[what].warn) return [];
	return [trouble(what, ms >= LATE[what].bad ? "bad" : "warn", { ...rest, ms })];
}

function ofProcesses({ processes, missing, at }: State): Trouble[] {
	const troubles: Trouble[] = [];
	if (missing.length > 0) troubles.push(trouble("missing", "bad", { about: missing.join(", ") }));
	for (const { nodeId, status, awayForS = 0, report } of processes) {
		if (status === "silent") troubles.push(trouble("silent", "bad", { about: nodeId }));
		if (status === "away") troubles.push(trouble("away", "warn", { about: nodeId, ms: awayForS * 1_000 }));
		if (report) troubles.push(...ofReport(nodeId, report, at));
	}
	const versions = [...new Set(processes.filter(({ status }) => status === "here").map(({ version }) => version))];
	if (versions.length > 1) troubles.push(trouble("versions", "warn", { about: versions.join(", ") }));
	return [...troubles, ...ofBreakers(processes)];
}

function ofReport(nodeId: string, report: Report, now: string): Trouble[] {
	const { network, readiness, data, bulkheads, loopDelay, lagMs, admission, events } = report;
	const troubles: Trouble[] = [];
	if (network === "away" || network === "closed") troubles.push(trouble("network", "bad", { about: nodeId }));
	if (!events) troubles.push(trouble("bus", "bad", { about: nodeId }));
	const failing = readiness.checks.filter(({ ok }) => !ok).map(({ name }) => name);
	if (!readiness.ready) troubles.push(trouble("notReady", "bad", { about: `${nodeId}: ${failing.join(", ")}` }));
	for (const { service, isAway, unsentSince } of data) {
		if (isAway) troubles.push(trouble("store", "bad", { about: `${service}, ${nodeId}` }));
		if (unsentSince)
			troubles.push(...lateness("outbox", msSince(unsentSince, now), { about: `${service}, ${nodeId}` }));
	}
	for (const { action, waiting, queue, running, concurrency } of bulkheads) {
		const isFull = running >= concurrency && waiting >= queue;
		if (waiting > 0 && waiting >= queue / 2)
			troubles.push(trouble("bulkhead", isFull ? "bad" : "warn", { about: `${action}, ${nodeId}`, count: waiting }));
	}
	if (admission?.orderLimit === 0) troubles.push(trouble("noOrders", "bad", { about: nodeId }));
	return [
		...troubles,
		...lateness("lag", lagMs, { about: nodeId }),
		...lateness("loop", loopDelay.p99Ms, { about: nodeId }),
	];
}

/** Many processes call the same one: its breakers are one trouble. */
function ofBreakers(processes: State["processes"]): Trouble[] {
	const breakers = processes.flatMap(({ report }) => report?.breakers ?? []);
	const named = (state: string) => [
		...new Set(breakers.filter((each) => each.state === state).map(({ action, nodeId }) => `${action}, ${nodeId}`)),
	];
	const troubles: Trouble[] = named("open").map((about) => trouble("breakerOpen", "bad", { about }));
	return [...troubles, ...named("half open").map((about) => trouble("breakerHalfOpen", "warn", { about }))];
}

function ofMoney({ money: { unknown, refunds, audit }, at }: State): Trouble[] {
	const href = audit ? urlOf.audit(audit.id) : urlOf.audits();
	const oldest = (waiting: State["money"]["unknown"]) =>
		waiting?.oldest[0] ? msSince(waiting.oldest[0].since, at) : 0;
	const orderOf = (waiting: State["money"]["unknown"]) =>
		waiting?.oldest[0] ? urlOf.order(waiting.oldest[0].orderId) : undefined;
	const troubles: Trouble[] = [];
	if (unknown === null) troubles.push(trouble("moneyUnknown", "bad"));
	if (audit?.status === "done" && audit.differences)
		troubles.push(trouble("audit", "bad", { count: audit.differences, href }));
	if (audit?.status === "failed" || audit?.status === "interrupted")
		troubles.push(trouble("auditFailed", "warn", { href }));
	return [
		...troubles,
		...lateness("unknown", oldest(unknown), { count: unknown?.count, href: orderOf(unknown) }),
		...lateness("refunds", oldest(refunds), { count: refunds?.count, href: orderOf(refunds) }),
	];
}

function ofEvents({ subscribers }: State): Trouble[] {
	if (subscribers === null) return [trouble("bus", "bad")];
	const dead = subscribers.filter((each) => each.dead > 0);
	const late = subscribers.filter((each) => each.waiting >= MANY_WAITING);
	const named = (each: typeof dead) => each.map(({ service }) => service).join(", ");
	const troubles: Trouble[] = [];
	if (dead.length > 0) {
		const count = dead.reduce((all, each) => all + each.dead, 0);
		troubles.push(trouble("dead", "bad", { about: named(dead), count, href: urlOf.deadLetters() }));
	}
	if (late.length > 0) troubles.push(trouble("lag", "warn", { about: named(late) }));
	return troubles;
}

function ofSales({ lastMinute: { failed, busy } }: State): Trouble[] {
	return [
		...(failed > 0 ? [trouble("failed", "bad", { count: failed })] : []),
		...(busy > 0 ? [trouble("busy", "warn", { count: busy })] : []),
	];
}
