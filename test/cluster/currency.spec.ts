import { shopOf } from "../../service-context";
import { describeWith } from "../support/cluster/servers";
import { inDatabase, openDatabases, type TestDatabases } from "../support/store/mongo";
import { startShop } from "../support/world";

describeWith(["mongod"], "S23 a shop on MongoDB whose CURRENCY is another one than that of its data", () => {
	let databases: TestDatabases;
	beforeAll(async () => {
		databases = await openDatabases();
	}, 30_000);
	afterAll(() => databases.stop());

	const start = (currency: string, env: Record<string, string>) =>
		startShop({ SERVICES: "product,order", CURRENCY: currency, ...env });
	const refused = (found: string) => ({
		name: "Error",
		message: expect.stringContaining(`is in ${found}; set CURRENCY=${found}`),
	});

	it("is refused, in each process, also while another one runs", async () => {
		const env = { MONGO_URI: databases.fresh() };
		const shop = await start("KRW", env);
		for (const SERVICES of ["product", "order", "cart,customer"])
			await expect(start("USD", { ...env, SERVICES })).rejects.toMatchObject(refused("KRW"));
		await shop.stop();
		await (await start("KRW", env)).stop();
	});

	it("is refused where several start first at the same moment: one currency wins", async () => {
		const env = { MONGO_URI: databases.fresh() };
		const starts = ["KRW", "USD", "EUR", "KRW", "USD", "EUR"].map((currency) => start(currency, env));
		const outcomes = await Promise.allSettled(starts);
		const started = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
		await Promise.all(started.map((shop) => shop.stop()));
		const winners = new Set(started.map((shop) => shopOf(shop).config.currency));
		expect([started.length, winners.size]).toEqual([2, 1]);
	});

	it("is refused where data of an earlier version recorded no currency, and nothing is recorded then", async () => {
		const [MONGO_URI_PRODUCT, MONGO_URI_ORDER] = [databases.fresh(), databases.fresh()];
		const shop = await start("KRW", { MONGO_URI_PRODUCT });
		await shop.call("product.add", { name: "Tea", price: { amount: 100, currency: "KRW" }, stock: 1 });
		await shop.stop();
		await inDatabase(MONGO_URI_PRODUCT, (database) => database.dropCollection("shop.settings"));
		await expect(start("USD", { MONGO_URI_PRODUCT, MONGO_URI_ORDER })).rejects.toMatchObject(refused("KRW"));
		await (await start("KRW", { MONGO_URI_PRODUCT, MONGO_URI_ORDER })).stop();
	});
});
