// Runs start.ts, and freezes itself once after it has loaded an order, when its parent has sent a message: between load and save.
import type { Collection, Store, Stored } from "../../../shared/store/store";
import { StoreAdapter } from "../../../shared/store/moleculer-db-adapter";
import { wrapped } from "../store/wrapped-collection";

let armed = false;
process.on("message", () => (armed = true));

const prototype: Pick<Store, "collection"> = StoreAdapter.prototype;
const { collection: open } = prototype;
prototype.collection = function <D extends Stored>(this: Store, name: string): Collection<D> {
	return wrapped(open.call(this, name) as Collection<D>, async (operation, work) => {
		const done = await work();
		if (armed && name === "orders" && operation === "load") {
			armed = false;
			process.kill(process.pid, "SIGSTOP");
		}
		return done;
	});
};

void import("../../../start.js");
