/** Prints the figures of a load as one line of JSON, or ends with 1. `measure` gets the process's one argument, which is JSON. */
export function printFigures<Parameters>(measure: (parameters: Parameters) => Promise<object>): void {
	measure(JSON.parse(process.argv[2]!) as Parameters).then(
		(figures) => process.stdout.write(`${JSON.stringify(figures)}\n`),
		(error: Error) => {
			process.stderr.write(`${error.stack}\n`);
			process.exitCode = 1;
		},
	);
}
