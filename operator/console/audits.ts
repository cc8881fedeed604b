import type { Logger, ServiceBroker } from "moleculer";
import { HANDLING_SERVICES, SERVICE_NAMES } from "../../config";
import { shopOf } from "../../service-context";
import type { AuditRun } from "../../services/operator/operator.schemas";
import type { AuditSummary } from "../../services/operator/state.schemas";
import { type Clock, toRfc3339 } from "../../shared/domain/clock";
import { conflict, notFound } from "../../shared/domain/refusals";
import { type List, type ListParams, page } from "../../shared/store/paging";
import type { Collection, Stored } from "../../shared/store/store";
import { prepareDataDir } from "../../shared/store/folder/data-folder";
import { storesOf } from "../../shop-places";
import { audit, type Report } from "../audit/report";
import { inWords } from "./in-words";
import type { Lease, Leases } from "./leases";
import type { Processes } from "./processes";

const KEPT = 50;
const SHOWN = 200;
const LEASE = "audit";
/**
 * Documents of one kind that are compared beside other services: comparing holds up their process, and takes memory by the order. Beside none, any
 * number.
 */
const BESIDE_OTHERS = 10_000;

export const AUDIT_INDEXES = { newest: ["startedAt"] } as const;

interface KeptAudit extends Stored {
	/** Milliseconds since 1970. */
	startedAt: number;
	by: string;
	nodeId: string;
	looks: number;
	differences?: number;
	/** Milliseconds since 1970. */
	endedAt?: number;
	report?: NonNullable<AuditRun["report"]>;
	underWay?: number;
	error?: string;
}

export interface AuditsOptions {
	broker: ServiceBroker;
	runs: Collection<KeptAudit>;
	leases: Leases;
	processes: Processes;
	clock: Clock;
	logger: Logger;
}

/** The audits that operators run: one at a time in the whole shop. */
export class Audits {
	private isStopping = false;

	constructor(private readonly options: AuditsOptions) {}

	/**
	 * Starts the audit of this id. Resolves with its outcome to come, in words.
	 * @throws Refusal AUDIT_RUNNING, AUDIT_IMPOSSIBLE
	 */
	async start(id: string, by: string, waitMs: number): Promise<{ outcome: Promise<string> }> {
		const { broker, runs, leases, clock } = this.options;
		this.refuseWhereStoresAreElsewhere();
		const lease = await leases.take(LEASE, id);
		if (!lease) throw conflict("AUDIT_RUNNING", "An audit runs already.");
		const begun = { _id: id, startedAt: clock.now(), by, nodeId: broker.nodeID, looks: 0 };
		const run = await runs.save(begun, undefined);
		return { outcome: this.run(run!, lease, waitMs) };
	}

	async list(paging: ListParams): Promise<List<AuditSummary>> {
		const running = await this.options.leases.holder(LEASE);
		const toItem = (run: KeptAudit) => toSummary(run, running);
		const position = ({ startedAt }: KeptAudit) => [startedAt];
		return page({ collection: this.options.runs, index: "newest", equals: [], position, toItem }, paging);
	}

	/** @throws Refusal AUDIT_NOT_FOUND */
	async get(id: string): Promise<AuditRun> {
		const run = await this.options.runs.load(id);
		if (!run) throw notFound("AUDIT_NOT_FOUND", "There is no audit of this id.");
		return { ...toSummary(run, await this.options.leases.holder(LEASE)), ...(run.report && { report: run.report }) };
	}

	/** Ends an audit that runs in this process. */
	stop(): void {
		this.isStopping = true;
	}

	private async run(run: KeptAudit, lease: Lease, waitMs: number): Promise<string> {
		const { broker, clock, logger } = this.options;
		const { config, dataDir } = shopOf(broker);
		let kept = run;
		try {
			const report = await audit({
				...config,
				dataDir,
				now: () => clock.now(),
				isRunning: true,
				most: config.services.length > 1 ? BESIDE_OTHERS : undefined,
				waitMs,
				onLook: async (looks, differences) => {
					if (this.isStopping) throw new Error("the process stops");
					if (!(await lease.extend())) throw new Error("this process stood still, and another audit has begun");
					kept = await this.save(kept, { looks, differences });
				},
			});
			kept = await this.save(kept, {
				endedAt: clock.now(),
				looks: report.looks,
				differences: report.differences.length,
				underWay: report.underWay.length,
				report: toShown(report),
			});
			return `${report.differences.length} differences, ${report.underWay.length} under way.`;
		} catch (error) {
			logger.warn("An audit failed", error);
			await this.save(kept, { endedAt: clock.now(), error: inWords(error) }).catch(() => undefined);
			throw error;
		} finally {
			await lease.end().catch(() => undefined);
			await this.trim().catch((error) => logger.warn("Old audits could not be removed", error));
		}
	}

	private async save(run: KeptAudit, change: Partial<KeptAudit>): Promise<KeptAudit> {
		return (await this.options.runs.save({ ...run, ...change }, run)) ?? run;
	}

	private async trim(): Promise<void> {
		const { runs } = this.options;
		const newest = await runs.entries("newest", { order: "descending", limit: KEPT + 10 });
		for (const { _id } of newest.slice(KEPT)) {
			const old = await runs.load(_id);
			if (old) await runs.remove(old);
		}
	}

	/** An audit reads the stores that this process's settings name; what runs elsewhere would look lost. */
	private refuseWhereStoresAreElsewhere(): void {
		const { broker, processes } = this.options;
		const { config, dataDir } = shopOf(broker);
		const own = storesOf({ ...config, services: [...SERVICE_NAMES] }, prepareDataDir(dataDir));
		const elsewhere = HANDLING_SERVICES.filter((name) =>
			[...processes.storesOf(name)].some((store) => store !== own[name]),
		);
		if (elsewhere.length === 0) return;
		throw conflict(
			"AUDIT_IMPOSSIBLE",
			`${elsewhere.join(", ")} store their documents where this process does not reach them; give it their MONGO_URI or DATA_DIR.`,
		);
	}
}

function toSummary(run: KeptAudit, running: string | undefined): AuditSummary {
	const { _id: id, startedAt, endedAt, by, nodeId, looks, differences, underWay, error } = run;
	const status =
		endedAt !== undefined ? (error === undefined ? "done" : "failed") : running === id ? "running" : "interrupted";
	return {
		id,
		status,
		startedAt: toRfc3339(startedAt),
		...(endedAt !== undefined && { endedAt: toRfc3339(endedAt) }),
		by,
		nodeId,
		looks,
		...(differences !== undefined && { differences }),
		...(underWay !== undefined && { underWay }),
		...(error !== undefined && { error }),
	};
}

function toShown(report: Report): NonNullable<AuditRun["report"]> {
	const { places, orders, payments, captured, refunded, events, eventsSince, lastEventAt, running } = report;
	const shown = (differences: Report["differences"]) =>
		differences.slice(0, SHOWN).map(({ invariant, subject, says, about }) => ({
			invariant,
			subject,
			says: says.slice(0, 2_000),
			...(about !== undefined && { about }),
		}));
	return {
		places,
		orders,
		payments,
		captured,
		refunded,
		events,
		...(eventsSince !== undefined && { eventsSince }),
		...(lastEventAt !== undefined && { lastEventAt }),
		running,
		differences: shown(report.differences),
		underWay: shown(report.underWay),
	};
}
