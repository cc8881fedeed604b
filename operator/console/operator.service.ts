import type { TObject } from "@sinclair/typebox";
import type { ActionSchema, Context, ServiceBroker, ServiceSchema } from "moleculer";
import { openData, shopOf } from "../../service-context";
import type { Rebuilt } from "../../services/customer/customer.schemas";
import {
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
} from "../../services/operator/operator.schemas";
import { FindOrders, TellStory } from "../../services/operator/story.schemas";
import type { Order } from "../../services/order/order.schemas";
import { AddProduct, ChangeProduct, type Product, type SamplesAdded } from "../../services/product/product.schemas";
import { REPEATABLE } from "../../shared/calls/failover";
import { conflict, errorType, notFound } from "../../shared/domain/refusals";
import type { List } from "../../shared/store/paging";
import { AUDIT_INDEXES, Audits } from "./audits";
import { DeadLetterDesk } from "./dead-letter-desk";
import { FaultsOfProcesses } from "./faults";
import { Leases } from "./leases";
import { orderStory } from "./order-story";
import { Processes } from "./processes";
import { Look } from "./state";
import { type OperatorMeta, Trail, TRAIL_INDEXES } from "./trail";

const DEFAULT_WAIT_S = 10;
/** Of actions that ask all services in turn. */
const STORY_TIMEOUT_MS = 10_000;
/** A service finishes what it has begun before it stops. */
const SERVICE_TIMEOUT_MS = 30_000;

/** Serves operators: the console, the REPL and the commands call it. The trail has each act before it is begun. */
export default function operatorService(broker: ServiceBroker): ServiceSchema {
	const { letters, look, processes, audits, leases, faults, trail, bus, mixin } = open(broker);

	return {
		name: "operator",
		mixins: [mixin],

		actions: {
			state: { ...REPEATABLE, params: Nothing, handler: () => look.state() },
			selling: { ...REPEATABLE, params: Nothing, handler: () => look.selling() },

			findOrders: {
				...REPEATABLE,
				params: FindOrders,
				async handler({ params: { id, customerId, ...paging } }: Context<FindOrders>): Promise<List<Order>> {
					if (id !== undefined) return { items: await findOrder(id, customerId), next: null };
					// Without both, order names the missing field.
					return broker.call<List<Order>, object>("order.list", { ...(customerId && { customerId }), ...paging });
				},
			},

			orderStory: {
				...REPEATABLE,
				...{ timeout: STORY_TIMEOUT_MS },
				params: TellStory,
				handler: ({ params: { id } }: Context<TellStory>) => orderStory(broker, bus, processes, id),
			},

			listDeadLetters: {
				...REPEATABLE,
				params: ListDeadLetters,
				handler: ({ params }: Context<ListDeadLetters>) => letters.list(params),
			},
			showDeadLetter: {
				...REPEATABLE,
				params: NameDeadLetter,
				handler: ({ params }: Context<NameDeadLetter>) => letters.show(params),
			},
			replayDeadLetter: doing(NameDeadLetter, ({ params }: Context<NameDeadLetter>) => letters.replay(params)),
			dropDeadLetter: doing(NameDeadLetter, ({ params }: Context<NameDeadLetter>) => letters.drop(params)),
			replayDeadLetters: doing(ReplayRange, ({ params }: Context<ReplayRange>) => letters.replayRange(params)),

			rebuildView: {
				params: Nothing,
				handler: (context: Context<object, OperatorMeta>) => trail.recordLater(context, (id) => rebuild(id)),
			},

			listAudits: {
				...REPEATABLE,
				params: ListAudits,
				handler: ({ params }: Context<ListAudits>) => audits.list(params),
			},
			getAudit: {
				...REPEATABLE,
				params: GetAudit,
				handler: ({ params: { id } }: Context<GetAudit>) => audits.get(id),
			},
			runAudit: {
				params: RunAudit,
				async handler(context: Context<RunAudit, OperatorMeta>) {
					const { waitS = DEFAULT_WAIT_S } = context.params;
					const by = context.meta.operator?.by ?? "another service";
					return trail.recordLater(context, (id) => audits.start(id, by, waitS * 1_000));
				},
			},

			getFaults: { ...REPEATABLE, params: Nothing, handler: () => faults.get() },
			setFaults: doing(SetFaults, ({ params }: Context<SetFaults>) => faults.set(params)),
			resetFaults: doing(Nothing, () => faults.reset()),

			stopService: doing(NameService, ({ params }: Context<NameService>) => inProcess("stop", params)),
			startService: doing(NameService, ({ params }: Context<NameService>) => inProcess("start", params)),

			addSamples: doing(Nothing, async () => {
				const { added } = await broker.call<SamplesAdded>("product.addSamples");
				return added ? "The sample catalogue is there." : "The shop has other products, so none were added.";
			}),
			addProduct: {
				params: AddProduct,
				handler: (context: Context<AddProduct, OperatorMeta>) =>
					trail.recordAnswer(
						context,
						() => context.call<Product, AddProduct>("product.add", context.params),
						({ id }) => `The product is ${id}.`,
					),
			},
			changeProduct: {
				params: ChangeProduct,
				handler: (context: Context<ChangeProduct, OperatorMeta>) =>
					trail.recordAnswer(
						context,
						() => context.call<Product, ChangeProduct>("product.change", context.params),
						({ version, stock }) => `The product has version ${version}, and ${stock} can be ordered.`,
					),
			},

			trail: {
				...REPEATABLE,
				params: ListTrail,
				handler: ({ params }: Context<ListTrail>) => trail.list(params),
			},
			trailEntry: {
				...REPEATABLE,
				params: GetTrailEntry,
				handler: ({ params: { id } }: Context<GetTrailEntry>) => trail.get(id),
			},
		},
	};

	/** An action whose answer is its entry in the trail. @param act resolves with the outcome in words */
	function doing<Params extends object>(
		params: TObject,
		act: (context: Context<Params>) => Promise<string>,
	): ActionSchema {
		return {
			params,
			...{ timeout: SERVICE_TIMEOUT_MS + 1_000 },
			handler: (context: Context<Params, OperatorMeta>) => trail.record(context, () => act(context as Context<Params>)),
		} as ActionSchema;
	}

	async function findOrder(id: string, customerId: string | undefined): Promise<Order[]> {
		try {
			const order = await broker.call<Order, object>("order.get", { id });
			return customerId === undefined || order.customerId === customerId ? [order] : [];
		} catch (error) {
			if (errorType(error) === "ORDER_NOT_FOUND") return [];
			throw error;
		}
	}

	async function rebuild(holder: string): Promise<{ outcome: Promise<string> }> {
		const lease = await leases.take("rebuild", holder);
		if (!lease) throw conflict("REBUILD_RUNNING", "My page is being rebuilt already.");
		// No timeout: the duration grows with the history.
		const rebuilt = broker.call<Rebuilt, object>("customer.rebuild", {}, { timeout: 0 });
		const tell = ({ orders, events, changed, ms }: Rebuilt) =>
			`My page is rebuilt: ${orders} orders from ${events} events in ${ms} ms, ${changed} documents mended.`;
		return { outcome: rebuilt.then(tell).finally(() => lease.end().catch(() => undefined)) };
	}

	async function inProcess(verb: "stop" | "start", { nodeId: nodeID, service }: NameService): Promise<string> {
		try {
			await broker.call(`$process.${verb}Service`, { service }, { nodeID, timeout: SERVICE_TIMEOUT_MS });
		} catch (error) {
			if (errorType(error) !== "SERVICE_NOT_FOUND") throw error;
			throw notFound("PROCESS_NOT_FOUND", `There is no process ${nodeID}.`);
		}
		return `${service} is ${verb === "stop" ? "stopped" : "started"} in ${nodeID}.`;
	}
}

/** Opens operator's documents, and puts together what it needs. */
function open(broker: ServiceBroker) {
	const { bus, clock, newId } = shopOf(broker);
	const logger = broker.getLogger("operator");
	const data = openData(broker, "operator", { trail: TRAIL_INDEXES, audits: AUDIT_INDEXES, leases: {} });
	const processes = new Processes(broker);
	const leases = new Leases(data.collection("leases"), clock);
	const audits = new Audits({ broker, runs: data.collection("audits"), leases, processes, clock, logger });
	const newestAudit = async () => (await audits.list({ limit: 1 })).items[0] ?? null;
	const trail = new Trail({
		entries: data.collection("trail"),
		clock,
		newId,
		nodeId: broker.nodeID,
		instanceId: broker.instanceID,
		isHere: (nodeId, instanceId) => processes.isHere(nodeId, instanceId),
		logger,
	});
	data.run({
		start: () => undefined,
		stop: async () => {
			audits.stop();
			await trail.stop();
		},
	});
	return {
		letters: new DeadLetterDesk(() => bus.deadLetters),
		look: new Look({ broker, bus, clock, processes, newestAudit }),
		faults: new FaultsOfProcesses(processes),
		processes,
		audits,
		leases,
		trail,
		bus,
		mixin: data.mixin,
	};
}
