// Requests of one URL by autocannon, in a process of its own. Takes one JSON argument, and prints one line of JSON.
import autocannon from "autocannon";

async function main({ url, clients, seconds }: { url: string; clients: number; seconds: number }) {
	const { requests, latency, non2xx, errors } = await autocannon({ url, connections: clients, duration: seconds });
	return { perSecond: requests.average, p99Ms: latency.p99, failed: non2xx + errors };
}

if (require.main === module) {
	main(JSON.parse(process.argv[2]!)).then(
		(figures) => process.stdout.write(`${JSON.stringify(figures)}\n`),
		(error: Error) => {
			process.stderr.write(`${error.stack}\n`);
			process.exitCode = 1;
		},
	);
}
