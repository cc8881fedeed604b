import type { Feed, MyPage, Rebuilt } from "../../services/customer/customer.schemas";
import { VIEW_COLLECTIONS } from "../../services/customer/customer.generations";
import { StoreAdapter } from "../../shared/store/moleculer-db-adapter";
import { PagePods, placed, story } from "../support/page-pods";
import { eventually, startShop } from "../support/world";
import { shopOf } from "../../service-context";

describe("the feed of my page on several pods", () => {
	let pods: PagePods;
	beforeEach(async () => {
		pods = await PagePods.open();
	});
	afterEach(() => pods.close());

	it("tells an event once where the pod that folded its event died before it was in the feed", async () => {
		let dies = false;
		const a = await pods.start((operation, collection) =>
			dies && operation === "save" && collection === "feeds" ? Promise.reject(new Error("died")) : undefined,
		);
		const b = await pods.start();
		const first = story(0, "alice");
		const long = Array.from({ length: 60 }, (_, number) => story(number + 1, "alice")).flat();
		for (const events of [first, long, story(61, "alice")]) {
			const last = events.pop()!;
			for (const event of events) await pods.tell(a, event);
			dies = true;
			await expect(pods.tell(a, last)).rejects.toThrow("died");
			dies = false;
			const before = await pods.eventsOf("alice");
			expect(before.map(({ eventId }) => eventId)).not.toContain(last.id);
			await b.fold(last);
			await a.fold(last);
			const after = await pods.eventsOf("alice");
			expect(after.at(-1)).toMatchObject({ eventId: last.id, number: before.at(-1)!.number + 1 });
		}
		expect((await a.feeds.load("alice"))!.last).toBe(4 * 62);
		await b.fold(placed(0, "alice"));
		expect((await a.feeds.load("alice"))!.last).toBe(4 * 62);
	});

	it("tells what it hears for the first time when a rebuild had it already", async () => {
		const [a, b] = [await pods.start(), await pods.start()];
		pods.log.push(...story(0, "alice"));
		await a.rebuild(pods.history);
		for (const event of pods.log) await b.fold(event);
		expect((await pods.eventsOf("alice")).map(({ eventId }) => eventId)).toEqual(pods.log.map(({ id }) => id));
	});

	it("is one for those who ask any of them", async () => {
		const openStore = () => new StoreAdapter(pods.store, VIEW_COLLECTIONS);
		const start = () => startShop({ SERVICES: "customer" }, { openStore });
		const [a, b] = [await start(), await start()];
		const feed = (broker = a, after?: string) =>
			broker.call<Feed, object>("customer.feed", { customerId: "alice", limit: 100, ...(after && { after }) });
		try {
			const { last } = await feed(b);
			await shopOf(a).bus.publish(story(0, "alice"));
			await eventually(async () => (await feed(b, last)).events.length === 4);
			expect(await feed(b, last)).toEqual(await feed(a, last));
			await a.call<Rebuilt>("customer.rebuild");
			expect(await feed(b, last)).toMatchObject({ reset: true, events: [] });
			const { orders } = await b.call<MyPage, object>("customer.mypage", { customerId: "alice" });
			expect(orders).toMatchObject([{ id: "o0", status: "completed" }]);
		} finally {
			await Promise.all([a.stop(), b.stop()]);
		}
		// Whoever stopped first has disconnected the store.
		await pods.store.connect();
	});
});
