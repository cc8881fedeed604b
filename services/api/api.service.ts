import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import ApiGateway from "moleculer-web";
import { shopOf } from "../../service-context";
import { gatewayAnswers } from "./api.answers";
import { type Request, RequestPipeline, type WebService } from "./api.pipeline";
import { readUrl } from "./http/requests";
import { GatewayServer } from "./http/server";
import { EventStreams } from "./api.streams";
import { type Handler, webSettings } from "./api.web-settings";

/** A client of an event stream that reads nothing for this long is disconnected. */
const STALLED_MS = 30_000;

/** The gateway: the shop's public URLs over HTTP. */
export default function apiService(broker: ServiceBroker): ServiceSchema {
	const logger = broker.getLogger("api");
	let web: WebService;
	const pipeline = new RequestPipeline(() => web, shopOf(broker).config, logger);
	const server = new GatewayServer((...request) => void pipeline.receive(...request));
	const streams = new EventStreams(broker, logger, STALLED_MS);

	return {
		name: "api",
		mixins: [ApiGateway as ServiceSchema],
		settings: webSettings(pipeline, handlersOf(broker, pipeline, streams)),
		actions: { listAliases: false, addRoute: false, removeRoute: false } as never,

		events: {
			"customer.changed"({ params: { customerId } }: Context<{ customerId: string }>) {
				streams.wake(customerId);
			},
		},

		methods: {
			parseQueryString: (request: Request) => readUrl(request.url!),
			errorHandler: (request: Request, response: ServerResponse, error: unknown) =>
				pipeline.refuse(request, response, error),
			send404: (request: Request) => pipeline.noRoute(request),
			address: () => server.address(),
		},

		created() {
			web = this as unknown as WebService;
		},

		async started() {
			streams.start();
			const { config } = shopOf(broker);
			await server.listen(config.port, config.host);
		},

		async stopped() {
			streams.stop();
			await server.drain();
		},
	};
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
