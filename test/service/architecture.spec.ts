import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig, SERVICE_NAMES } from "../../config";
import { ALL_FACTS, isFact } from "../../services/event-catalog";
import { createShop } from "../../shop";

const ROOT = join(__dirname, "..", "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** Told for whoever listens from outside the shop. */
const OUTWARD = ["cart.accepted", "cart.cancelled", "notification.sent", "payment.delayed"];

const broker = createShop(readConfig({ DATA_DIR: ":memory:", LOGLEVEL: "fatal" }));
afterAll(() => broker.stop());

/** Facts that a service's `events` lists. */
function heardBy(service: string): string[] {
	return Object.keys(broker.getLocalService(service)?.schema.events ?? {}).filter(isFact);
}

describe("the facts of the shop", () => {
	const heard = new Set(SERVICE_NAMES.flatMap(heardBy));

	it("are each heard by a service, or marked as outward", () => {
		expect(Object.keys(ALL_FACTS).filter((fact) => !heard.has(fact) && !OUTWARD.includes(fact))).toEqual([]);
	});

	it("are told by the service whose noun they begin with", () => {
		const nouns: Record<string, string> = { stock: "product" };
		for (const fact of Object.keys(ALL_FACTS)) {
			const noun = fact.split(".")[0]!;
			expect(read(`services/${nouns[noun] ?? noun}/${nouns[noun] ?? noun}.events.ts`)).toContain(`"${fact}"`);
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
		Object.keys(ALL_FACTS).filter(
			(fact) => cell.includes(`\`${fact}\``) || cell.includes(`\`${fact.split(".")[0]}.*\``),
		);

	it.each(SERVICE_NAMES)("says what %s hears", (service) => {
		// A star stands for all that the service hears of a noun.
		const nouns = (facts: string[]) => [...new Set(facts.map((fact) => fact.split(".")[0]))].sort();
		const actual = heardBy(service);
		expect(nouns(named(rows.get(service)!.hears))).toEqual(nouns(actual));
		for (const fact of actual) expect(named(rows.get(service)!.hears)).toContain(fact);
	});
});
