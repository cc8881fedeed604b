import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HANDLING_SERVICES, readConfig, SERVICE_NAMES } from "../../config";
import { PUBLISHERS } from "../../operator/audit/events";
import { COLLECTIONS } from "../../operator/audit/snapshot";
import { ROUTES } from "../../services/api/api.routes";
import { EVENT_CATALOG, isCatalogued } from "../../services/event-catalog";
import { compileAll } from "../../shared/calls/validation";
import { temporaryEnvironment } from "../support/store/environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import { StoreAdapter } from "../../shared/store/moleculer-db-adapter";
import { createShop } from "../../shop";

const ROOT = join(__dirname, "..", "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** Events for subscribers outside the shop. */
const OUTWARD = ["cart.accepted", "cart.cancelled", "notification.sent", "payment.delayed"];

/** By store, the collections of aggregates that publish events: those with an index of unpublished events. */
const published = new Map<string, string[]>();
const broker = createShop(readConfig({ DATA_DIR: ":memory:", LOGLEVEL: "fatal" }), {
	openStore(name, collections) {
		const isPublished = ([, indexes]: (typeof entries)[number]) =>
			Object.values(indexes).flat().includes("unsentSince");
		const entries = Object.entries(collections);
		published.set(
			name,
			entries.filter(isPublished).map(([collection]) => collection),
		);
		// The shop is not started, so nothing is opened.
		const path = join(tmpdir(), "never-opened");
		return new StoreAdapter(new LmdbStore({ environment: temporaryEnvironment(path), collections }), collections);
	},
});
afterAll(() => broker.stop());

const services = readdirSync(join(ROOT, "services"), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => name);
const eventsFile = (service: string) => `services/${service}/${service}.events.ts`;
const publishers = services.filter((service) => existsSync(join(ROOT, eventsFile(service))));

/** The events that a service publishes: those of the `...Events` that its events file exports. */
function publishedBy(service: string): string[] {
	const exported = jest.requireActual<Record<string, object>>(join(ROOT, eventsFile(service)));
	const catalogs = Object.entries(exported).filter(([name]) => name.endsWith("Events"));
	return catalogs.flatMap(([, events]) => Object.keys(events));
}

/** The events that a service's `events` lists. */
function handledBy(service: string): string[] {
	return Object.keys(broker.getLocalService(service)?.schema.events ?? {}).filter(isCatalogued);
}

/** A sentence for each item that the check finds wrong. */
function problems<Item>(
	items: readonly Item[],
	isWrong: (item: Item) => boolean,
	say: (item: Item) => string,
): string[] {
	return items.filter(isWrong).map(say);
}

describe("each event", () => {
	it("is in the event catalog", () => {
		expect(
			problems(
				publishers,
				(service) => publishedBy(service).length === 0 || !publishedBy(service).every(isCatalogued),
				(service) =>
					`services/event-catalog.ts lacks events of ${eventsFile(service)}: add its events to EVENT_CATALOG`,
			),
		).toEqual([]);
	});

	it("begins with a noun of the service that publishes it", () => {
		const nouns: Record<string, string> = { stock: "product" };
		for (const service of publishers) {
			expect(
				problems(
					publishedBy(service),
					(event) => (nouns[event.split(".")[0]!] ?? event.split(".")[0]) !== service,
					(event) => `${eventsFile(service)} has ${event}: let its name begin with "${service}."`,
				),
			).toEqual([]);
		}
	});

	it("is handled by a service, or is outward", () => {
		const handled = new Set(SERVICE_NAMES.flatMap(handledBy));
		expect(
			problems(
				Object.keys(EVENT_CATALOG),
				(event) => !handled.has(event) && !OUTWARD.includes(event),
				(event) =>
					`no service handles ${event}: handle it in a service's events, or add it to OUTWARD in test/service/architecture.spec.ts`,
			),
		).toEqual([]);
	});
});

describe("each service", () => {
	it("is in SERVICE_NAMES", () => {
		expect(
			problems(
				services,
				(service) => !(SERVICE_NAMES as readonly string[]).includes(service),
				(service) => `config.ts does not know the service ${service}: add it to SERVICE_NAMES`,
			),
		).toEqual([]);
	});

	it("has actions and events whose schemas can be compiled", () => {
		expect(() => compileAll(broker)).not.toThrow();
	});

	it("is in compose.yaml, and gateways wait for it", () => {
		const compose = read("compose.yaml");
		expect([
			...problems(
				SERVICE_NAMES,
				(service) => !new RegExp(`SERVICES: ${service}\\b`).test(compose),
				(service) => `compose.yaml has no line for the service ${service}: add one with SERVICES: ${service}`,
			),
			...problems(
				SERVICE_NAMES.filter((service) => service !== "api"),
				(service) => !new RegExp(`^    ${service}: \\{ condition: service_started \\}$`, "m").test(compose),
				(service) =>
					`compose.yaml lets gateways not wait for the service ${service}: add it to depends_on of x-gateway`,
			),
		]).toEqual([]);
	});

	it("is in k8s/, and scaled by the events that it handles", () => {
		const [base, scaled] = [read("k8s/base/kustomization.yaml"), read("k8s/components/keda/scaled-objects.yaml")];
		expect([
			...problems(
				SERVICE_NAMES,
				(service) => !new RegExp(`^  - ${service}$`, "m").test(base),
				(service) =>
					`k8s/base/kustomization.yaml lacks the service ${service}: add it, and its folder as k8s/base/cart is`,
			),
			...problems(
				HANDLING_SERVICES,
				(service) => !new RegExp(`consumer: ${service} `).test(scaled),
				(service) => `k8s/components/keda/scaled-objects.yaml lacks the service ${service}: add it as cart is`,
			),
		]).toEqual([]);
	});

	it("is known to the audit where it publishes events", () => {
		const audited = COLLECTIONS as Readonly<Record<string, readonly string[]>>;
		expect([
			...problems(
				publishers,
				(service) => !(service in PUBLISHERS),
				(service) => `operator/audit/events.ts does not know the service ${service}: add its documents to PUBLISHERS`,
			),
			...problems(
				// A service that is not in the list is not loaded.
				publishers.filter((service) => (SERVICE_NAMES as readonly string[]).includes(service)),
				(service) => !published.get(service)?.length,
				(service) =>
					`services/${service} publishes events, but opens no collection with PUBLISHING: give its aggregates' collection that index`,
			),
			...[...published].flatMap(([service, collections]) =>
				problems(
					collections,
					(collection) => !audited[service]?.includes(collection),
					(collection) =>
						`operator/audit/snapshot.ts does not read ${collection} of the service ${service}: add it to COLLECTIONS and to AuditSnapshot`,
				),
			),
		]).toEqual([]);
	});
});

describe("each URL", () => {
	const place = ({ method, path }: (typeof ROUTES)[number]) => `${method} ${path} in services/api/api.routes.ts`;

	it("leads to an action that exists", () => {
		const actions = new Set(
			broker.services.flatMap(({ name, schema }) =>
				Object.keys(schema.actions ?? {}).map((action) => `${name}.${action}`),
			),
		);
		expect(
			problems(
				ROUTES,
				({ action }) => action !== undefined && !actions.has(action),
				(route) => `${place(route)} leads to the action ${route.action}, which no service has: correct its name`,
			),
		).toEqual([]);
	});

	it("has an operation id of its own", () => {
		expect(
			problems(
				ROUTES,
				({ operation }) => ROUTES.filter((other) => other.operation === operation).length > 1,
				(route) => `${place(route)} has the operation ${route.operation} of another URL: give it a name of its own`,
			),
		).toEqual([]);
	});

	it("says where a new thing is if it answers 201", () => {
		expect(
			problems(
				ROUTES,
				({ status, location }) => status === 201 && location === undefined,
				(route) => `${place(route)} answers 201 without a Location: add location to it`,
			),
		).toEqual([]);
	});

	it("refuses unknown fields", () => {
		expect(
			problems(
				ROUTES,
				({ params }) => params.additionalProperties !== false,
				(route) => `${place(route)} takes unknown fields: give its params additionalProperties: false`,
			),
		).toEqual([]);
	});
});

describe("the README's table of services", () => {
	const rows = new Map(
		read("README.md")
			.split("\n")
			.filter((line) => /^\| [a-z]+ \|/.test(line))
			.map((line) => line.split("|").map((cell) => cell.trim()))
			.map(([, service, , , publishes = "", handles = ""]) => [service!, { publishes, handles }]),
	);
	const isNamed = (cell: string, event: string) =>
		cell.includes(`\`${event}\``) || cell.includes(`\`${event.split(".")[0]}.*\``);
	/** A star stands for all events of a noun, so a cell may name only nouns of which the service has an event. */
	const nounsOf = (events: string[]) => [...new Set(events.map((event) => event.split(".")[0]!))];

	it.each(SERVICE_NAMES)("has a row for %s with the events that it publishes and handles", (service) => {
		const row = rows.get(service);
		if (!row) throw new Error(`README.md has no row for the service ${service}: add it to the table of services`);
		for (const [column, events] of [
			["publishes", publishers.includes(service) ? publishedBy(service) : []],
			["handles", handledBy(service)],
		] as const) {
			expect([
				...problems(
					events,
					(event) => !isNamed(row[column], event),
					(event) => `README.md does not say that ${service} ${column} ${event}: add it to the table of services`,
				),
				...problems(
					nounsOf(Object.keys(EVENT_CATALOG).filter((event) => isNamed(row[column], event))),
					(noun) => !nounsOf(events).includes(noun),
					(noun) =>
						`README.md says that ${service} ${column} events of ${noun}, but it does not: remove them from the table of services`,
				),
			]).toEqual([]);
		}
	});
});
