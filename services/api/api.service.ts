import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import ApiGateway from "moleculer-web";
import { shopOf } from "../../service-context";
import { type Lag, LAG_EVENT, ReportedLags } from "../../shared/reports/lag-reports";
import { observedOf } from "../../shared/reports/observed";
import { gatewayAnswers } from "./api.answers";
import { type Request, RequestPipeline, type WebService } from "./api.pipeline";
import { Admission, LoopDelay } from "./http/admission";
import { jsonOf, weakTagOf } from "./http/encoded-answers";
import { isRead, readUrl } from "./http/requests";
import { GatewayServer } from "./http/server";
import { EventStreams } from "./api.streams";
import { builtPages, readPageFiles } from "./pages/page-files";
import { Pages } from "./pages/pages";
import { type Handler, webSettings } from "./api.web-settings";

/** A client of an event stream that reads nothing for this long is disconnected. */
const STALLED_MS = 30_000;
/** The limits of requests under way are adjusted this often. */
const ADJUST_EVERY_MS = 100;

/** The gateway: the shop's public URLs over HTTP. */
export default function apiService(broker: ServiceBroker): ServiceSchema {
	const logger = broker.getLogger("api");
	let web: WebService;
	let adjusting: NodeJS.Timeout | undefined;
	const { config, bus, random, tallies } = shopOf(broker);
	const admission = new Admission(random);
	const pageFiles = readPageFiles(builtPages());
	if (pageFiles.size === 0) logger.warn('There are no pages for browsers: "npm run build" makes them.');
	const pipeline = new RequestPipeline(() => web, config, logger, admission, tallies, new Pages(pageFiles));
	const server = new GatewayServer((...request) => void pipeline.receive(...request));
	const lags = new ReportedLags();
	const streams = new EventStreams(broker, logger, STALLED_MS);
	observedOf(broker).admission = () => ({ ...admission.state, streams: streams.count });

	return {
		name: "api",
		mixins: [ApiGateway as ServiceSchema],
		settings: webSettings(pipeline, handlersOf(broker, pipeline, streams)),
		actions: { listAliases: false, addRoute: false, removeRoute: false } as never,

		events: {
			[LAG_EVENT]({ nodeID, params }: Context<Lag>) {
				lags.note(nodeID!, params);
			},
			"customer.changed"({ params: { customerId } }: Context<{ customerId: string }>) {
				streams.wake(customerId);
			},
		},

		methods: {
			parseQueryString: (request: Request) => readUrl(request.url!),
			errorHandler: (request: Request, response: ServerResponse, error: unknown) =>
				pipeline.refuse(request, response, error),
			encodeResponse: encode,
			send404: (request: Request) => pipeline.noRoute(request),
			address: () => server.address(),
		},

		created() {
			web = this as unknown as WebService;
		},

		async started() {
			streams.start();
			adjusting = adjust(broker, admission, () => Math.max(bus.lagMs, lags.worstMs));
			await server.listen(config.port, config.host);
		},

		async stopped() {
			streams.stop();
			await server.drain();
			clearInterval(adjusting);
		},
	};
}

/** The body of a response. What is read gets an entity tag, which moleculer-web compares with `If-None-Match`. */
function encode(request: Request, response: ServerResponse, answer: object): string {
	if (isRead(request) && !response.hasHeader("ETag")) response.setHeader("ETag", weakTagOf(answer));
	return jsonOf(answer);
}

/** Adjusts the limits of requests under way from now on, and shows them in metrics. */
function adjust({ metrics }: ServiceBroker, admission: Admission, lagMs: () => number): NodeJS.Timeout {
	const limit = "funshop.admission.limit";
	const refused = "funshop.admission.refused";
	metrics.register({ type: "gauge", name: limit, description: "Requests that may be under way at the gateway" });
	metrics.register({ type: "gauge", name: refused, description: "Requests that the gateway refused since its start" });
	const show = () => {
		metrics.set(limit, admission.limit);
		metrics.set(refused, admission.refusedTotal);
	};
	// A process that was just found to be ready has them too.
	show();
	const delay = new LoopDelay();
	return setInterval(() => {
		admission.adjust(delay.look(ADJUST_EVERY_MS), lagMs());
		show();
	}, ADJUST_EVERY_MS);
}

/** The handlers of routes without an action, by operation. */
function handlersOf(
	broker: ServiceBroker,
	pipeline: RequestPipeline,
	streams: EventStreams,
): Readonly<Record<string, Handler>> {
	const answers = Object.entries(gatewayAnswers(broker)).map(([operation, answer]): [string, Handler] => [
		operation,
		(request, response) => void pipeline.answer(request, response, answer),
	]);
	return {
		...Object.fromEntries(answers),
		streamMyPage: (request, response) => streams.open(request.$params.customerId as string, request, response),
	};
}

/** The URL of this process's gateway; undefined where none listens. */
export function gatewayUrl(broker: ServiceBroker): string | undefined {
	const api = broker.getLocalService("api") as unknown as { address(): AddressInfo | undefined } | undefined;
	const address = api?.address();
	return address && `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
}
