import { readConfig } from "../../config";
import { refuseWords, runCommand } from "../command-line";
import { connectToCluster } from "../connect";
import { replOptions } from "./commands";

const USAGE = `usage: npm run repl
Opens the REPL of a running cluster, which TRANSPORTER and the shop's other settings name; "help" lists the commands.
Exit code 0: left; 2: it failed.`;

runCommand(USAGE, async (args) => {
	refuseWords(args);
	const broker = await connectToCluster(readConfig(process.env), { replOptions });
	broker.repl();
});
