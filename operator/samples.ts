import { readConfig } from "../config";
import type { TrailEntry } from "../services/operator/operator.schemas";
import { refuseWords, runCommand, terminalUser } from "./command-line";
import { connectToCluster } from "./connect";

const WAIT_MS = 10_000;
const USAGE = `usage: npm run samples
Adds the sample catalogue to a running cluster, which TRANSPORTER names, unless it has other products. May be repeated.
Exit code 0: added, or there before; 2: it failed.`;

runCommand(USAGE, async (args) => {
	refuseWords(args);
	const config = readConfig(process.env);
	const broker = await connectToCluster(config);
	try {
		await broker.waitForServices(["operator", "product"], WAIT_MS).catch(() => {
			throw new Error("No process of the cluster runs operator and product");
		});
		const meta = { operator: terminalUser("command line") };
		const { outcome } = await broker.call<TrailEntry, object>("operator.addSamples", {}, { meta });
		process.stdout.write(`${outcome}\n`);
	} finally {
		await broker.stop();
	}
});
