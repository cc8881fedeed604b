// Requests of many URLs in turn: each client sends the next one when one is answered. A process of its own, so that its work is not the shop's.
import { Pool } from "undici";
import { type Quantiles, quantiles } from "../figures";
import { printFigures } from "./print";

export interface PageLoad {
	url: string;
	clients: number;
	seconds: number;
	/** Of the requests, below `url`. */
	paths: string[];
}

export interface PageFigures extends Quantiles {
	perSecond: number;
	failed: number;
}

/** Quantiles in milliseconds. */
async function look({ url, clients, seconds, paths }: PageLoad): Promise<PageFigures> {
	const pool = new Pool(url, { connections: clients });
	const times: number[] = [];
	let failed = 0;
	let next = 0;
	const until = performance.now() + seconds * 1_000;
	const client = async () => {
		while (performance.now() < until) {
			const since = performance.now();
			const { statusCode, body } = await pool.request({ path: paths[next++ % paths.length]!, method: "GET" });
			await body.dump();
			times.push(performance.now() - since);
			if (statusCode !== 200) failed++;
		}
	};
	await Promise.all(Array.from({ length: clients }, client));
	await pool.close();
	return { perSecond: times.length / seconds, failed, ...quantiles(times) };
}

if (require.main === module) printFigures(look);
