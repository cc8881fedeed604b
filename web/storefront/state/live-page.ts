import { computed, effect, signal } from "@preact/signals";
import { type Schemas, shop } from "../../shared/shop";
import { isWaiting, learn, newestFirst, type Order, type Orders } from "../rules/orders";
import { LIVE_EVENTS } from "../rules/live-events";
import { afterLoss, type Link } from "../rules/link";
import { ask } from "../../shared/asking";
import { customerId } from "./visitor";

const RECONNECT_MS = 2_000;

export const link = signal<Link>("off");
const known = signal<Orders>(new Map());
/** The cursor of older orders. */
export const older = signal<string | null>(null);
export const isLoaded = signal(false);
/** Counts what happened while the page looks on. */
export const happened = signal(0);

export const orders = computed(() => newestFirst(known.value));
export const waiting = computed(() => orders.value.filter(isWaiting));
export const orderOf = (id: string): Order | undefined => known.value.get(id);

/** Takes over an order from an answer. */
export function learnOrder(order: Order): void {
	if (order.customerId === customerId.value) known.value = learn(known.value, [order]);
}

let viewers = 0;
let source: EventSource | undefined;
let reconnecting: ReturnType<typeof setTimeout> | undefined;
/** Whose page `known` is. */
let owner = "";
/** Counts how often my page was no longer followed. */
let ends = 0;

/** Follows my page until the returned function is called. A hidden tab does not: a browser has few connections for each shop. */
export function follow(): () => void {
	viewers++;
	connect();
	return () => {
		viewers--;
		if (viewers === 0) disconnect();
	};
}

document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
effect(() => {
	if (customerId.value === owner) return;
	disconnect();
	owner = customerId.value;
	known.value = new Map();
	older.value = null;
	isLoaded.value = false;
	connect();
});

function connect(): void {
	if (source || viewers === 0 || document.hidden) return;
	clearTimeout(reconnecting);
	if (link.peek() !== "away") link.value = "connecting";
	const opened = new EventSource(`/mypages/${encodeURIComponent(owner)}/events`);
	source = opened;
	// Events come while the page is read, so nothing is missed in between.
	opened.addEventListener("open", () => void load(opened));
	opened.addEventListener("reset", () => void load(opened));
	opened.addEventListener("error", () => void lose(opened));
	for (const type of LIVE_EVENTS) {
		opened.addEventListener(type, ({ data }: MessageEvent<string>) => {
			learnOrder(JSON.parse(data) as Schemas["PageOrder"]);
			happened.value++;
		});
	}
}

function disconnect(): void {
	ends++;
	clearTimeout(reconnecting);
	source?.close();
	source = undefined;
	link.value = "off";
}

/** Connects again in a while. Until then my page is read, as the shop may refuse only the stream. */
async function lose(lost: EventSource): Promise<void> {
	if (lost !== source) return;
	lost.close();
	source = undefined;
	reconnecting = setTimeout(connect, RECONNECT_MS);
	// From now on, a link that is live is so by a newer stream.
	if (link.peek() === "live") link.value = "connecting";
	const before = ends;
	const isRead = await read();
	link.value = afterLoss(link.peek(), isRead, before === ends);
}

async function load(opened: EventSource): Promise<void> {
	const isRead = await read();
	if (opened !== source) return;
	if (isRead) link.value = "live";
	else await lose(opened);
}

/** Reads the newest orders, and those that wait for payment. Resolves with whether the shop has answered. */
async function read(): Promise<boolean> {
	const reader = owner;
	const answered = await ask(() => shop.GET("/mypages/{customerId}", { params: { path: { customerId: reader } } }));
	if ("refused" in answered || reader !== owner) return false;
	const { data } = answered;
	if (!isLoaded.peek()) older.value = data.next;
	known.value = learn(known.peek(), data.orders);
	await readUnseen(data.orders);
	if (data.cart.count > waiting.peek().length) await readWaiting(reader);
	if (reader !== owner) return false;
	isLoaded.value = true;
	happened.value++;
	return true;
}

/** Reads the orders again that wait as far as is known, and are older than the newest: events of them may have been missed. */
async function readUnseen(newest: readonly Order[]): Promise<void> {
	const unseen = waiting.peek().filter(({ id }) => !newest.some((order) => order.id === id));
	const look = async (id: string) => {
		const answered = await ask(() => shop.GET("/orders/{id}", { params: { path: { id } } }));
		if ("data" in answered) learnOrder(answered.data);
	};
	await Promise.all(unseen.map(({ id }) => look(id)));
}

/** Orders that wait for payment may be older than the newest. */
async function readWaiting(reader: string): Promise<void> {
	const query = { customerId: reader, status: "placed", limit: 100 } as const;
	const answered = await ask(() => shop.GET("/orders", { params: { query } }));
	if ("data" in answered && reader === owner) known.value = learn(known.peek(), answered.data.items);
}

export async function loadOlder(): Promise<void> {
	const [reader, cursor] = [owner, older.value];
	if (cursor === null) return;
	const params = { path: { customerId: reader }, query: { cursor } };
	const answered = await ask(() => shop.GET("/mypages/{customerId}", { params }));
	if ("refused" in answered || reader !== owner) return;
	known.value = learn(known.peek(), answered.data.orders);
	older.value = answered.data.next;
}
