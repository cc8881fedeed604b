import { CallLimit } from "../../shared/calls/call-limit";

/** A service that takes this many calls at the same time, and is too full for others. */
class Service {
	private inside = 0;
	full = 0;
	private answers: Array<() => void> = [];

	constructor(public takes: number) {}

	async call(wasFull: () => void): Promise<void> {
		if (this.inside >= this.takes) {
			this.full++;
			return wasFull();
		}
		this.inside++;
		await new Promise<void>((resolve) => this.answers.push(resolve));
		this.inside--;
	}

	answerFirst(): void {
		this.answers.shift()?.();
	}

	answerAll(): void {
		for (const answer of this.answers.splice(0)) answer();
	}
}

/** Begins as many calls as the limit has room for, 2,000 at most. Returns their number. */
function begin(limit: CallLimit, service: Service, calls: Set<Promise<void>>): number {
	let begun = 0;
	for (; begun < 2_000 && limit.hasRoom; begun++) {
		const call = limit.run((wasFull) => service.call(wasFull)).finally(() => calls.delete(call));
		calls.add(call);
	}
	return begun;
}

/** So many calls are answered, one after another, and others begin in their places. Returns the number of those that began. */
async function flow(limit: CallLimit, service: Service, answered: number): Promise<number> {
	const calls = new Set<Promise<void>>();
	let begun = begin(limit, service, calls);
	for (let count = 0; count < answered; count++) {
		service.answerFirst();
		await new Promise(setImmediate);
		begun += begin(limit, service, calls);
	}
	service.answerAll();
	await Promise.all(calls);
	return begun;
}

/** As many calls as the limit has room for, all answered. Returns their number. */
async function fill(limit: CallLimit, service: Service): Promise<number> {
	const calls = new Set<Promise<void>>();
	const begun = begin(limit, service, calls);
	await new Promise(setImmediate);
	service.answerAll();
	await Promise.all(calls);
	return begun;
}

describe("a limit of calls to a service that refuses those beyond what it can take", () => {
	it("takes a burst as a whole", async () => {
		const limit = new CallLimit(() => 0);
		expect(await fill(limit, new Service(1_000))).toBe(1_000);
	});

	it("lets few more begin than the service takes, as soon as it was full once", async () => {
		const limit = new CallLimit(() => 0);
		const service = new Service(40);
		await fill(limit, service);
		service.full = 0;
		const begun = await flow(limit, service, 2_000);
		expect(begun).toBeGreaterThan(1_900);
		expect(service.full).toBeLessThan(begun * 0.03);
	});

	it.each([1, 2, 5, 8, 10])("lets more begin again where the service took %d, and takes more now", async (takes) => {
		const limit = new CallLimit(() => 0);
		const service = new Service(takes);
		await fill(limit, service);
		service.takes = 100;
		await flow(limit, service, 3_000);
		expect(await fill(limit, service)).toBeGreaterThan(80);
	});

	it("counts what was under way when the service was full, although that has ended when the refused attempt ends", async () => {
		const limit = new CallLimit(() => 0);
		let end = () => {};
		const ended = new Promise<void>((resolve) => (end = resolve));
		const taken = Array.from({ length: 40 }, () => limit.run(async () => undefined));
		const refused = limit.run(async (wasFull) => {
			wasFull();
			await ended;
		});
		await Promise.all(taken);
		end();
		await refused;
		expect(await fill(limit, new Service(1_000))).toBeGreaterThanOrEqual(36);
	});

	it("always lets one begin, so that the service is found to be well again", async () => {
		const limit = new CallLimit(() => 0);
		for (let round = 0; round < 20; round++) await fill(limit, new Service(0));
		expect(await fill(limit, new Service(1_000))).toBe(1);
	});

	it("asks those who are turned away to wait longer the more they are", async () => {
		const limit = new CallLimit(() => 0.99);
		const service = new Service(1);
		await fill(limit, service);
		const under = limit.run((wasFull) => service.call(wasFull));
		expect(limit.hasRoom).toBe(false);
		expect(limit.turnAway()).toBe(1);
		for (let turnedAway = 0; turnedAway < 300; turnedAway++) limit.turnAway();
		expect(limit.turnAway()).toBeGreaterThan(5);
		service.answerAll();
		await under;
	});
});
