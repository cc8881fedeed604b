import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig, SERVICE_NAMES } from "../../config";
import { EVENT_CATALOG, isCatalogued } from "../../services/event-catalog";
import { createShop } from "../../shop";

const ROOT = join(__dirname, "..", "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** Told for whoever listens from outside the shop. */
const OUTWARD = ["cart.accepted", "cart.cancelled", "notification.sent", "payment.delayed"];

const broker = createShop(readConfig({ DATA_DIR: ":memory:", LOGLEVEL: "fatal" }));
afterAll(() => broker.stop());

/** Events that a service's `events` lists. */
function heardBy(service: string): string[] {
	return Object.keys(broker.getLocalService(service)?.schema.events ?? {}).filter(isCatalogued);
}

describe("the events of the shop", () => {
	const heard = new Set(SERVICE_NAMES.flatMap(heardBy));

	it("are each heard by a service, or marked as outward", () => {
		expect(Object.keys(EVENT_CATALOG).filter((event) => !heard.has(event) && !OUTWARD.includes(event))).toEqual([]);
	});

	it("are told by the service whose noun they begin with", () => {
		const nouns: Record<string, string> = { stock: "product" };
		for (const event of Object.keys(EVENT_CATALOG)) {
			const noun = event.split(".")[0]!;
			expect(read(`services/${nouns[noun] ?? noun}/${nouns[noun] ?? noun}.events.ts`)).toContain(`"${event}"`);
		}
	});
});

describe("the README's table of services", () => {
	const rows = new Map(
		read("README.md")
			.split("\n")
			.filter((line) => /^\| [a-z]+ \|/.test(line))
			.map((line) => line.split("|").map((cell) => cell.trim()))
			.map(([, service, , , tells, hears]) => [service!, { tells: tells!, hears: hears! }]),
	);
	const named = (cell: string) =>
		Object.keys(EVENT_CATALOG).filter(
			(event) => cell.includes(`\`${event}\``) || cell.includes(`\`${event.split(".")[0]}.*\``),
		);

	it.each(SERVICE_NAMES)("says what %s hears", (service) => {
		// A star stands for all that the service hears of a noun.
		const nouns = (events: string[]) => [...new Set(events.map((event) => event.split(".")[0]))].sort();
		const actual = heardBy(service);
		expect(nouns(named(rows.get(service)!.hears))).toEqual(nouns(actual));
		for (const event of actual) expect(named(rows.get(service)!.hears)).toContain(event);
	});
});
