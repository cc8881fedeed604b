import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startShopProcess } from "../support/cluster/processes";
import { describeWith, startNats, type TestServer } from "../support/cluster/servers";
import { clientOf } from "../support/http/http";
import { Certificates } from "../support/store/certificates";

describeWith(["nats"], "a NATS that takes connections by TLS and with a password only", () => {
	const certificates = new Certificates();
	const folder = mkdtempSync(join(tmpdir(), "funshop-tls-"));
	const certificate = certificates.make("localhost", 2020, 2049);
	let nats: TestServer;

	beforeAll(async () => {
		const key = join(folder, "key.pem");
		writeFileSync(key, certificate.key);
		const login = ["--user", "shop", "--pass", "s3cr3t"];
		nats = await startNats("--tls", "--tlscert", certificate.file, "--tlskey", key, ...login);
	});
	afterAll(async () => {
		await nats?.stop();
		certificates.remove();
		rmSync(folder, { recursive: true });
	});

	it("carries calls and events of a shop whose processes trust its certificate", async () => {
		const shop = await startShopProcess({
			TRANSPORTER: `tls://shop:s3cr3t@localhost:${nats.port}`,
			DATA_DIR: join(folder, "data"),
			NODE_EXTRA_CA_CERTS: certificate.file,
		});
		try {
			const { post } = clientOf(shop.url);
			const tea = { name: "Tea", price: { amount: 900, currency: "KRW" }, stock: 5 };
			const { id: productId } = (await post("/products", tea)).body;
			const { id } = (await post("/orders", { customerId: "alice", items: [{ productId, quantity: 1 }] })).body;
			const { body } = await post(`/orders/${id}/payment`, { cardNo: "4242424242424242" });
			expect(body).toMatchObject({ id, status: "completed" });
		} finally {
			await shop.stop();
		}
	}, 60_000);
});
