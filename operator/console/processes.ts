import type { ServiceBroker } from "moleculer";
import type { Process, Report } from "../../services/operator/state.schemas";

/** A process answers within this, or is silent. */
const ANSWER_WITHIN_MS = 1_500;
/** A process that has left is shown for this long. */
const SHOWN_FOR_S = 60;
const SERVICE = "$process";

/** The parts of Moleculer's registry of nodes that are used here. */
interface KnownNode {
	id: string;
	instanceID: string | null;
	available: boolean;
	hostname: string | null;
	metadata?: { version?: string; stores?: Readonly<Record<string, string>> } | null;
	services?: ReadonlyArray<{ name: string }>;
	/** Seconds of this process's uptime. */
	offlineSince: number | null;
}

/** The answer of one process; `answer` is undefined where the process did not answer. */
export interface Answered<Answer> {
	nodeId: string;
	answer: Answer | undefined;
}

/** The processes of the shop that this one knows. */
export class Processes {
	constructor(private readonly broker: ServiceBroker) {}

	/** Every process with its report, by node id. Resolves after 1.5 s at the latest, also where some do not answer. */
	async look(): Promise<Process[]> {
		const reports = new Map(
			(await this.ask<Report>(`${SERVICE}.report`)).map(({ nodeId, answer }) => [nodeId, answer]),
		);
		return this.known().map((node) => {
			const { id: nodeId, hostname, metadata, offlineSince } = node;
			const report = reports.get(nodeId);
			return {
				nodeId,
				status: !node.available ? "away" : report ? "here" : "silent",
				...(!node.available && { awayForS: Math.max(0, Math.round(process.uptime()) - (offlineSince ?? 0)) }),
				hostname: hostname ?? "",
				version: metadata?.version ?? "",
				services: servicesOf(node),
				...(report && { report }),
			};
		});
	}

	/**
	 * Calls an action in every process that has it, by its node id. A process that does not answer in time is not waited for.
	 * @param action such as `payment.faults`
	 */
	async ask<Answer>(action: string, params: object = {}): Promise<Array<Answered<Answer>>> {
		const [service] = action.split(".");
		const asked = this.known().filter(({ available, services }) => available && hasService(services, service!));
		return Promise.all(
			asked.map(async ({ id: nodeId }) => {
				const answer = this.broker.call<Answer, object>(action, params, { nodeID: nodeId, timeout: ANSWER_WITHIN_MS });
				return { nodeId, answer: await answer.catch(() => undefined) };
			}),
		);
	}

	/** The services that some process runs. */
	get running(): Set<string> {
		return new Set(this.known().flatMap((node) => (node.available ? servicesOf(node) : [])));
	}

	/** Whether this very process is connected; one that was started again under its id is another one. */
	isHere(nodeId: string, instanceId: string): boolean {
		return this.known().some((node) => node.id === nodeId && node.available && node.instanceID === instanceId);
	}

	/** By service, the ids of the stores that its processes have. */
	storesOf(service: string): Set<string> {
		return new Set(
			this.known().flatMap((node) => {
				const store = node.metadata?.stores?.[service];
				return node.available && store !== undefined && servicesOf(node).includes(service) ? [store] : [];
			}),
		);
	}

	private known(): KnownNode[] {
		const nodes = this.broker.registry.nodes.toArray() as unknown as KnownNode[];
		const isShown = ({ available, offlineSince }: KnownNode) =>
			available || process.uptime() - (offlineSince ?? 0) < SHOWN_FOR_S;
		return nodes
			.filter((node) => hasService(node.services, SERVICE) && isShown(node))
			.sort((a, b) => compare(a.id, b.id));
	}
}

function hasService(services: KnownNode["services"] = [], name: string): boolean {
	return services.some((service) => service.name === name);
}

function servicesOf({ services = [] }: KnownNode): string[] {
	return services.map(({ name }) => name).filter((name) => !name.startsWith("$"));
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
