import { readConfig } from "../../config";
import { placesOf } from "../../shop-places";

const MONGO = "mongodb://user:s3cr3t@a:1,b:2/shop?replicaSet=rs0";
const NATS = "nats://127.0.0.1:4222";

describe("a process that has started says where its data is", () => {
	it.each<[string, Record<string, string>, string[]]>([
		["in a folder", {}, ["/data"]],
		["nowhere", { DATA_DIR: ":memory:" }, ["kept nowhere"]],
		["in MongoDB alone", { MONGO_URI: MONGO, TRANSPORTER: NATS }, ["MongoDB at a:1,b:2/shop"]],
		["in MongoDB, and events in the folder", { MONGO_URI: MONGO }, ["/data", "MongoDB at a:1,b:2/shop"]],
		[
			"in several databases and the folder",
			{ MONGO_URI_ORDER: MONGO, MONGO_URI_PAYMENT: "mongodb://c/pay", TRANSPORTER: NATS },
			["/data", "MongoDB at c:27017/pay", "MongoDB at a:1,b:2/shop"],
		],
		[
			"in one database, of the services that run here",
			{ SERVICES: "cart", MONGO_URI_CART: MONGO, TRANSPORTER: NATS },
			["MongoDB at a:1,b:2/shop"],
		],
		["nowhere, where it is a gateway of a cluster", { SERVICES: "api", TRANSPORTER: NATS }, []],
	])("%s", (_where, env, places) => {
		expect(placesOf(readConfig({ DATA_DIR: "/data", ...env }))).toEqual(places);
	});
});
