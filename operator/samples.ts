import { readConfig } from "../config";
import { refuseWords, runCommand } from "./command-line";
import { connectToCluster } from "./connect";
import { addSampleCatalogue } from "./sample-catalogue";

const WAIT_MS = 10_000;
const USAGE = `usage: npm run samples
Adds the sample catalogue to a running cluster, which TRANSPORTER names, unless it has other products. May be repeated.
Exit code 0: added, or there before; 2: it failed.`;

runCommand(USAGE, async (args) => {
	refuseWords(args);
	const config = readConfig(process.env);
	const broker = await connectToCluster(config);
	try {
		await broker.waitForServices("product", WAIT_MS).catch(() => {
			throw new Error("No process of the cluster runs product");
		});
		process.stdout.write(`${await addSampleCatalogue(broker)}\n`);
	} finally {
		await broker.stop();
	}
});
