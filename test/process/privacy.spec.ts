import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientOf } from "../support/http/http";
import { freePort, output, run, startShopProcess } from "../support/cluster/processes";
import { eventually } from "../support/world";

// Card numbers that appear nowhere else; all pass the Luhn check.
const APPROVED = "4929939187355598";
const DECLINED = "4716258050990002";
const REFUSED = "4539578763621486";
const CVC = "7391";
/** Is stored in documents and events, which are compressed: digits that are new to the compression stay as they are. */
const STORED = "61803398874989";

/** Each form in which a number could be stored: as text, with separators, encoded, or as a binary number. */
function traces(digits: string): Buffer[] {
	const number = Buffer.alloc(8);
	number.writeDoubleLE(Number(digits));
	const integer = Buffer.alloc(8);
	integer.writeBigInt64LE(BigInt(digits));
	const texts = [
		digits,
		digits.replace(/(.{4})(?=.)/g, "$1 "),
		digits.replace(/(.{4})(?=.)/g, "$1-"),
		digits.slice(0, 12),
	];
	const encoded = [0, 1, 2].map((shift) =>
		Buffer.from(`${"x".repeat(shift)}${digits}`)
			.toString("base64")
			.slice(4, 16),
	);
	return [...[...texts, ...encoded].map((text) => Buffer.from(text)), Buffer.from(digits, "utf16le"), number, integer];
}

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
}

describe("a card number", () => {
	const cleanUps: Array<() => unknown> = [];
	afterEach(async () => {
		for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
	});

	it("is in no file, log, event, error, answer, notification, metric or journal after a full run", async () => {
		const dataDir = mkdtempSync(join(tmpdir(), "funshop-privacy-"));
		cleanUps.push(() => rmSync(dataDir, { recursive: true, force: true }));
		const sinks: Array<[name: string, content: Buffer]> = [];
		const note = (name: string, content: unknown) =>
			sinks.push([name, Buffer.from(typeof content === "string" ? content : JSON.stringify(content))]);

		const hook = createServer((request, response) => {
			request.on("data", (chunk: Buffer) => sinks.push(["webhook", chunk])).on("end", () => response.end());
		});
		await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
		cleanUps.push(
			() => hook.closeAllConnections(),
			() => hook.close(),
		);
		const healthPort = await freePort();
		const shop = await startShopProcess({
			DATA_DIR: dataDir,
			LOGLEVEL: "trace",
			HEALTH_PORT: String(healthPort),
			PAYMENT_TIMEOUT_MS: "300",
			PAYMENT_SIM_LOSE_ANSWER_RATE: "0.2",
			PAYMENT_SIM_FAIL_RATE: "0.2",
			PAYMENT_SIM_HANG_RATE: "0.2",
			NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${(hook.address() as { port: number }).port}/`,
			NOTIFY_WEBHOOK_SECRET: "test-secret",
		});
		cleanUps.push(() => shop.process.kill("SIGKILL"));
		shop.process.stdout?.on("data", (chunk: Buffer) => sinks.push(["log", chunk]));
		const { get, post } = clientOf(shop.url);
		const tried = async (path: string, body: object, headers?: Record<string, string>) => {
			const answer = await post(path, body, headers);
			note(`answer of ${path}`, [answer.body, [...answer.headers]]);
			return answer;
		};

		const leave = new AbortController();
		cleanUps.push(() => leave.abort());
		const stream = await fetch(`${shop.url}/mypages/alice/events`, { signal: leave.signal });
		const reading = (async () => {
			for await (const chunk of stream.body!) sinks.push(["event stream", Buffer.from(chunk)]);
		})().catch(() => undefined);
		const ids: string[] = [];
		for (let number = 0; number < 12; number++) {
			const items = [{ productId: "green-tea", quantity: 1 }];
			const { id } = (await tried("/orders", { customerId: "alice", items })).body;
			ids.push(id);
			const cardNo = number % 3 ? APPROVED : DECLINED;
			const card = { cardNo, expiry: "12/99", cvc: CVC };
			await tried(`/orders/${id}/payment`, card, { "idempotency-key": `k${number}` });
			await tried(`/orders/${id}/payment`, card, { "idempotency-key": `k${number}` });
			await tried("/paymentLists", { orderId: id, ...card, cvc: Number(CVC) });
			await tried("/paymentLists", { orderId: id, cardNo: Number(cardNo) });
			await tried("/paymentLists", { orderId: id, cardNo: `${REFUSED}9`, [cardNo]: cardNo });
			await tried("/paymentLists", { orderId: id, card: { cardNo } });
		}
		const broken = await fetch(`${shop.url}/paymentLists`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: `{"cardNo": "${APPROVED}", `,
		});
		note("answer to broken JSON", await broken.text());
		await tried(`/orders/${ids[1]}/cancellation`, { reason: `enough ${STORED}` });
		const paths = [
			"/mypages/alice",
			"/notifications?customerId=alice",
			"/orders?customerId=alice",
			`/paymentLists?orderId=${ids[1]}`,
		];
		const settled = async () => {
			const { items } = (await get("/orders?customerId=alice")).body;
			return items.every(({ status }: { status: string }) => status !== "paying");
		};
		await eventually(settled, 30_000);
		for (const path of paths) note(path, (await get(path)).body);
		note("metrics", await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text());
		note("journal", (await output(run("operator/journal.ts", [], { DATA_DIR: dataDir }))).text);
		note("audit", (await output(run("operator/audit/command.ts", [], { DATA_DIR: dataDir }))).text);
		expect(await shop.stop()).toBe(0);
		await reading;
		for (const file of filesBelow(dataDir)) sinks.push([file, readFileSync(file)]);

		const kinds = new Set(sinks.map(([name]) => name.split(" ")[0]));
		for (const kind of ["log", "webhook", "event", "answer", "journal", "metrics"]) expect(kinds).toContain(kind);
		const leaks = sinks.flatMap(([name, content]) =>
			[APPROVED, DECLINED, REFUSED]
				.filter((digits) => traces(digits).some((trace) => content.includes(trace)))
				.map(() => name),
		);
		expect(leaks).toEqual([]);
		// The search finds a number that is there, also in files of compressed values.
		const files = filesBelow(dataDir).map((file) => readFileSync(file));
		expect(files.some((content) => traces(STORED).some((trace) => content.includes(trace)))).toBe(true);
		expect(traces(APPROVED).some((trace) => Buffer.from(`x${APPROVED}`).includes(trace))).toBe(true);
	}, 90_000);
});
