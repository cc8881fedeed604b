import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shopOf } from "../../service-context";
import { COMPILED } from "../support/compile";
import { output, run } from "../support/cluster/processes";
import { anEvent } from "../support/events/builders";
import { givingUpAtOnce } from "../support/events/giving-up";
import { eventually, startShop } from "../support/world";

/** The exit code and the errors of a command that fails. */
function failure(module: string, args: string[]): Promise<{ code: unknown; errors: string }> {
	const command = [join(COMPILED, module.replace(/\.ts$/, ".js")), ...args];
	const options = { env: { PATH: process.env.PATH }, timeout: 20_000 };
	return new Promise((resolve) => {
		execFile(process.execPath, command, options, (error, _, errors) => resolve({ code: error?.code ?? 0, errors }));
	});
}

describe("a command of an operator", () => {
	it.each([
		"start.ts",
		"operator/audit/command.ts",
		"operator/cluster/command.ts",
		"operator/dead-letters.ts",
		"operator/dev/command.ts",
		"operator/journal.ts",
		"operator/move/command.ts",
		"operator/repl/command.ts",
		"operator/samples.ts",
	])("%s prints its usage for --help", async (module) => {
		const { text, code } = await output(run(module, ["--help"], { PORT: "not read" }));
		expect(text).toMatch(/^usage: npm (start|run \S+)/);
		expect(code).toBe(0);
	});

	it.each([
		["start.ts", 1],
		["operator/dev/command.ts", 2],
		["operator/journal.ts", 2],
		["operator/move/command.ts", 2],
		["operator/repl/command.ts", 2],
		["operator/samples.ts", 2],
	])("%s refuses an option that it does not have, in one line", async (module, code) => {
		const refused = await failure(module, ["--bogus"]);
		expect(refused.errors).toMatch(/^[^\n]*"--bogus" is no option; [^\n]*\n$/);
		expect(refused.code).toBe(code);
	});

	it.each(["operator/repl/command.ts", "operator/samples.ts"])("%s asks for the cluster's setting", async (module) => {
		expect((await output(run(module, [], {}))).code).toBe(2);
	});
});

describe("the dead letters of a shop in one process", () => {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-letters-"));
	afterAll(() => rmSync(dataDir, { recursive: true }));
	const command = (...args: string[]) => output(run("operator/dead-letters.ts", args, { DATA_DIR: dataDir }));

	it("are listed, shown, replayed and dropped by the command while the shop runs", async () => {
		const broker = await startShop({ DATA_DIR: dataDir }, givingUpAtOnce);
		const { bus } = shopOf(broker);
		const odd = anEvent("order.placed", "odd", 1, { orderId: "odd" });
		const { id } = odd;
		await bus.publish([odd]);
		const gaveUp = () => eventually(() => bus.deadLetters.find("cart", id));
		const first = await gaveUp();

		expect((await command("list", "cart")).text).toMatch(/cart +order\/odd\/1 +order\.placed +1 /);
		expect((await command("show", "cart", id)).text).toContain('"subject": "odd"');
		expect((await command("show", "carts", id)).code).toBe(2);
		expect(await command("replay", "cart", id)).toEqual({ code: 0, text: `cart tries ${id} again.\n` });
		await eventually(async () => (await bus.deadLetters.find("cart", id))?.at !== first.at && (await gaveUp()));
		expect(await command("drop", "cart", id)).toEqual({ code: 0, text: `${id} is dropped for cart.\n` });
		expect(await command("drop", "cart", id)).toEqual({ code: 1, text: `cart has no dead letter ${id}.\n` });
		await broker.stop();
	}, 60_000);
});
