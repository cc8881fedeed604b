import { userInfo } from "node:os";

/** The user of this terminal, for the trail. */
export function terminalUser(by: "command line" | "repl"): { by: string; name: string } {
	return { by, name: userInfo().username };
}

/** The command line is wrong; the command then prints its usage. */
export class UsageError extends Error {}

/** For commands without options. @throws UsageError that names the first word, which may be a misspelt one of another command */
export function refuseWords([word]: readonly string[]): void {
	if (word !== undefined) throw new UsageError(`"${word}" is no option`);
}

/**
 * Runs a command of an operator. `--help` prints its `usage`. Where `main` rejects, the command prints one line and ends with exit code 2.
 * @param usage the first line is printed after a {@link UsageError} too
 */
export function runCommand(usage: string, main: (args: string[]) => Promise<void>): void {
	const args = process.argv.slice(2);
	if (args.includes("--help") || args.includes("-h")) return void process.stdout.write(`${usage}\n`);
	main(args).catch((error: NodeJS.ErrnoException) => {
		// The reader of the output, such as `head`, has closed the pipe.
		if (error.code === "EPIPE") return;
		// parseArgs of node:util refuses options in this way.
		const isUsage = error instanceof UsageError || error.code?.startsWith("ERR_PARSE_ARGS");
		process.stderr.write(`${error.message}${isUsage ? `; ${usage.split("\n")[0]}` : ""}\n`);
		process.exitCode = 2;
	});
}
