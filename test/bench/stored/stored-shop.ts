// Data folders of shops with many stored orders.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectCleanAudit } from "../../support/cluster/processes";
import { ORDERS_EACH } from "../load/checkouts";
import { Customers } from "../load/customers";
import { load } from "../load/run";
import { addProducts } from "../measure";
import { startOneProcess } from "../subject";
import { customerOf, TEMPLATE_CUSTOMER } from "./copy";
import type { Filling } from "./fill";

/** Orders that a shop takes over HTTP; further ones are copies of these. One product is for these, and for each copy. */
const ORDERS = 48;
const CUSTOMERS = ORDERS / ORDERS_EACH;
const AUDIT_WITHIN_S = 60;
/** The most that copying an order takes. */
const FILL_MS_EACH = 20;

/** Runs a shop until it has {@link ORDERS} completed orders. Returns its data folder, which the caller removes. */
export async function makeTemplate(): Promise<string> {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-bench-template-"));
	const shop = await startOneProcess("shop", { dataDir });
	try {
		const [product] = await addProducts(shop.url, 1);
		const customers = new Customers({
			url: shop.url,
			connections: CUSTOMERS,
			obey: true,
			isOver: () => false,
		});
		const shopping = Array.from({ length: CUSTOMERS }, async (_, customer) => {
			for (let order = 0; order < ORDERS_EACH; order++)
				if (!(await customers.checkOut(`${TEMPLATE_CUSTOMER}-${customer}`, product!)))
					throw new Error(`the shop did not take an order: ${JSON.stringify(customers.sightings.seen().answers)}`);
		});
		await Promise.all(shopping);
		await customers.close();
		// Clean: all events are handled.
		await expectCleanAudit(dataDir, AUDIT_WITHIN_S);
		await shop.end();
		return dataDir;
	} catch (error) {
		await shop.end();
		rmSync(dataDir, { recursive: true });
		throw error;
	}
}

/** A new data folder with at least this number of orders. */
export async function fillFolder(template: string, orders: number): Promise<string> {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-bench-"));
	try {
		cpSync(template, dataDir, { recursive: true });
		const filling: Filling = { dataDir, copies: copiesFor(orders) };
		await load("stored/fill", { ...filling, seconds: (orders * FILL_MS_EACH) / 1_000 });
		return dataDir;
	} catch (error) {
		rmSync(dataDir, { recursive: true });
		throw error;
	}
}

/** The ids of at most `count` customers of such a folder, of all copies. */
export function customersOf(orders: number, count: number): string[] {
	const copies = copiesFor(orders);
	const all = copies * CUSTOMERS;
	return Array.from({ length: Math.min(all, count) }, (_, index) => {
		const place = Math.floor((index * all) / Math.min(all, count));
		return customerOf(1 + Math.floor(place / CUSTOMERS), `${TEMPLATE_CUSTOMER}-${place % CUSTOMERS}`);
	});
}

/** Beside the original. */
function copiesFor(orders: number): number {
	return Math.max(1, Math.ceil(orders / ORDERS) - 1);
}
