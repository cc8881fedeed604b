import { Type } from "@sinclair/typebox";
import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { REPEATABLE } from "../calls/failover";
import { conflict, notFound } from "../domain/refusals";
import type { EventBus } from "../events/event-bus";
import type { Deliveries } from "./deliveries";
import { ProcessReporter } from "./process-report";
import type { Tallies } from "./tallies";

const START_WITHIN_MS = 5_000;
const EVENT_IDS = 1_000;

const strict = { additionalProperties: false };
const From = Type.Object({ from: Type.Number() }, strict);
const EventIds = Type.Object({ eventIds: Type.Array(Type.String(), { maxItems: EVENT_IDS }) }, strict);
const Name = Type.Object({ service: Type.String({ maxLength: 64 }) }, strict);

export interface ProcessServiceOptions {
	bus(): Pick<EventBus, "connected" | "lagMs">;
	tallies: Pick<Tallies, "since">;
	deliveries: Pick<Deliveries, "of">;
	/** The services that this process is meant to run, and for each the path of its module. */
	files: ReadonlyMap<string, string>;
}

/** What operators ask of one process, which a call names by its node id. No URL leads to these actions; the service `operator` calls them. */
export function processService(broker: ServiceBroker, options: ProcessServiceOptions): ServiceSchema {
	const reporter = new ProcessReporter(broker, options.bus);
	const visibility = "public";
	return {
		// Internal as Moleculer's `$node`: every process has one.
		name: "$process",

		actions: {
			report: { ...REPEATABLE, visibility, handler: () => reporter.report() },

			tallies: {
				...REPEATABLE,
				visibility,
				params: From,
				handler: async ({ params: { from } }: Context<{ from: number }>) => options.tallies.since(from),
			},

			deliveries: {
				...REPEATABLE,
				visibility,
				params: EventIds,
				handler: async ({ params: { eventIds } }: Context<{ eventIds: string[] }>) =>
					options.deliveries.of(new Set(eventIds)),
			},

			stopService: {
				visibility,
				params: Name,
				// What the service has begun is finished first.
				...{ timeout: 30_000 },
				async handler({ params: { service: name } }: Context<{ service: string }>) {
					fileOf(name);
					const service = broker.getLocalService(name);
					if (!service) throw conflict("SERVICE_STOPPED", `${name} does not run in this process.`);
					await broker.destroyService(service);
				},
			},

			startService: {
				visibility,
				params: Name,
				...{ timeout: 30_000 },
				async handler({ params: { service: name } }: Context<{ service: string }>) {
					const file = fileOf(name);
					if (broker.getLocalService(name)) throw conflict("SERVICE_RUNNING", `${name} runs in this process already.`);
					broker.loadService(file);
					await broker.waitForServices(name, START_WITHIN_MS);
				},
			},
		},

		async started() {
			reporter.start();
		},

		async stopped() {
			reporter.stop();
		},
	};

	function fileOf(name: string): string {
		const file = options.files.get(name);
		if (!file) throw notFound("SERVICE_NOT_HERE", `This process does not run ${name}: SERVICES leaves it out.`);
		return file;
	}
}
