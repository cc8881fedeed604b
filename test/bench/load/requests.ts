// Requests of one URL by autocannon, in a process of its own.
import autocannon from "autocannon";
import { printFigures } from "./print";

export interface RequestFigures {
	perSecond: number;
	failed: number;
}

async function request(load: { url: string; clients: number; seconds: number }): Promise<RequestFigures> {
	const { url, clients: connections, seconds: duration } = load;
	const { requests, non2xx, errors } = await autocannon({ url, connections, duration });
	return { perSecond: requests.average, failed: non2xx + errors };
}

if (require.main === module) printFigures(request);
