import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../support/cluster/processes";
import { eventually } from "../support/world";

const ROOT = join(__dirname, "..", "..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const blocks = [...README.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, lines]) => lines!);
const [install, walkThrough] = blocks as [string, string];

/** The lines, with the cart read until the order is in it: an event brings it there, a moment after the order is answered. */
function patientlyRead(lines: string): string {
	return lines.replace(
		/^curl -s (\S+\/carts\/alice)$/m,
		'for _ in {1..200}; do CART=$(curl -s $1); case $CART in *orderId*) break;; esac; done; echo "$CART"',
	);
}

describe("the README's first screen", () => {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-readme-"));
	let shop: ChildProcess | undefined;
	let port: number;

	beforeAll(async () => {
		// Runs the README's lines, only with a free port: another program may use 8080.
		port = await freePort();
		const [, start] = install.trim().split("\n");
		expect(start).toBe("npm start");
		if (!existsSync(join(ROOT, "dist", "start.js"))) throw new Error("npm ci has not built dist/; run npm run build");
		const env = { ...process.env, PORT: String(port), DATA_DIR: dataDir };
		shop = spawn("bash", ["-c", `exec ${start}`], {
			cwd: ROOT,
			env,
			stdio: ["ignore", "pipe", "inherit"],
			detached: true,
		});
		let printed = "";
		shop.stdout!.on("data", (chunk) => (printed += chunk));
		const line = await eventually(() => /Funshop is ready after .*/.exec(printed)?.[0], 20_000);
		console.log(line);
	}, 30_000);

	afterAll(async () => {
		if (!shop) return;
		// Signals npm and all that it started, as Ctrl-C does. npm ends before the shop, which keeps its output open.
		const closed = once(shop, "close");
		process.kill(-shop.pid!, "SIGTERM");
		await closed;
		rmSync(dataDir, { recursive: true });
	});

	it("leads a newcomer from an order through a payment to a refund", async () => {
		const bash = [
			"-euo",
			"pipefail",
			"-c",
			patientlyRead(walkThrough).replaceAll("127.0.0.1:8080", `127.0.0.1:${port}`),
		];
		const { stdout } = await promisify(execFile)("bash", bash, { cwd: dataDir });
		const [cart, paid, cancelled, myPage] = stdout
			.replaceAll("}{", "}\n{")
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(cart.items).toHaveLength(1);
		expect(paid).toMatchObject({ customerId: "alice", status: "completed" });
		expect(cancelled).toMatchObject({ id: paid.id, status: "cancelled" });
		expect(myPage.orders[0]).toMatchObject({ id: paid.id });
	});

	it("shows the refund on my page", async () => {
		const refunded = async () => {
			const answer = await fetch(`http://127.0.0.1:${port}/mypages/alice`);
			const { orders } = (await answer.json()) as { orders: Array<{ status: string; payment: { status: string } }> };
			return orders[0]?.status === "cancelled" && orders[0].payment.status === "refunded";
		};
		await eventually(refunded, 10_000);
	});

	it("names tests of its guarantees that exist", () => {
		const named = [...README.matchAll(/`(test\/[^`]+\.spec\.ts)`/g)].map(([, file]) => file!);
		expect(named.length).toBeGreaterThan(10);
		expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
	});

	it("names exactly the settings that the shop knows", () => {
		const rows = README.split("\n").filter((line) => /^\| `[A-Z_]+`/.test(line));
		const named = rows.flatMap((row) => [...row.split("|")[1]!.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name!));
		const source = readFileSync(join(ROOT, "config.ts"), "utf8");
		const known = new Set([...source.matchAll(/"([A-Z][A-Z_]+)"/g)].map(([, name]) => name!));
		known.delete("KRW");
		expect(named.filter((name) => !known.has(name))).toEqual([]);
		expect([...known].filter((name) => !named.includes(name) && name !== "PAYMENT_PROVIDER")).toEqual([]);
	});
});
