import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Context, Service, ServiceBroker, ServiceSchema, ServiceSettingSchema } from "moleculer";
import ApiGateway from "moleculer-web";
import { isAlive, readinessOf } from "../../shared/process/readiness";
import { check, compile } from "../../shared/calls/validation";
import { EVENT_CATALOG } from "../event-catalog";
import { asyncApiOf } from "./api.asyncapi";
import { allowCors } from "./api.cors";
import { openApiOf } from "./api.openapi";
import { failureOf, HttpError, problemHeaders, toProblem } from "./api.problems";
import { isRead, readIdempotencyKey, readParams, readUrl, requestIdOf } from "./api.requests";
import { type Route, ROUTES } from "./api.routes";
import { GatewayServer } from "./api.server";
import { EventStreams } from "./api.streams";
import { shopOf } from "../../service-context";

type Fields = Record<string, unknown>;

/** A request on its way through moleculer-web. */
type Request = IncomingMessage & {
	/** As moleculer-web has read them; then what the action is called with. */
	$params: Fields;
	$alias?: { operation: string };
	parsedUrl?: string;
};

type Gateway = Service & {
	httpHandler(request: IncomingMessage, response: ServerResponse): Promise<void>;
	sendResponse(request: Request, response: ServerResponse, data: unknown): void;
	resolveAlias(path: string, method: string): unknown;
	address(): AddressInfo | undefined;
};

const METHODS = ["GET", "HEAD", "POST", "PATCH"];
const LINKS = {
	name: "Funshop",
	links: { products: "/products", openapi: "/openapi.json", asyncapi: "/asyncapi.json", ready: "/readyz" },
};

/** The street door: the shop's public URLs over HTTP. */
export default function apiService(broker: ServiceBroker): ServiceSchema {
	const { config } = shopOf(broker);
	const logger = broker.getLogger("api");
	const streams = new EventStreams(broker, logger);
	const server = new GatewayServer((request, response) => void receive(request as Request, response));
	const operations = new Map(ROUTES.map((route) => [route.operation, { route, validate: compile(route.params) }]));
	const operationOf = ({ $alias }: Request) => operations.get($alias!.operation)!;
	const openApi = openApiOf(ROUTES);
	const asyncApi = asyncApiOf(EVENT_CATALOG, config.namespace);
	let gateway: Gateway;

	/** Before moleculer-web: what holds for every answer, whatever was asked. */
	async function receive(request: Request, response: ServerResponse): Promise<void> {
		const requestId = requestIdOf(request);
		// Where moleculer-web takes the id from.
		request.headers["x-request-id"] = requestId;
		delete request.headers["x-correlation-id"];
		// It speaks to caches on the way; here, If-None-Match is answered in any case.
		delete request.headers["cache-control"];
		if (!isRead(request)) delete request.headers["if-none-match"];
		response.setHeader("X-Request-ID", requestId);
		response.setHeader("Cache-Control", "no-store");
		response.setHeader("X-Content-Type-Options", "nosniff");
		allowCors(config.corsOrigins, request, response);
		try {
			if (request.headers.host === undefined && request.httpVersion === "1.1") {
				throw new HttpError({ status: 400, code: "MALFORMED_REQUEST", detail: "There is no Host header." });
			}
			if (request.method === "OPTIONS") {
				response.writeHead(204, { Allow: allowedMethods(readUrl(request.url!).url) }).end();
			} else await gateway.httpHandler(request, response);
		} catch (error) {
			refuse(request, response, error);
		}
	}

	/** @throws HttpError NOT_FOUND where no method leads anywhere */
	function allowedMethods(path: string): string {
		const allowed = METHODS.filter((method) => gateway.resolveAlias(path, method));
		if (path === "*") allowed.push(...METHODS);
		if (allowed.length === 0)
			throw new HttpError({ status: 404, code: "NOT_FOUND", detail: "There is nothing at this URL." });
		return [...allowed, "OPTIONS"].join(", ");
	}

	function refuse(request: Request, response: ServerResponse, error: unknown): void {
		const failure = failureOf(error);
		const requestId = request.headers["x-request-id"] as string;
		if (failure.unforeseen) logger.error(`request ${requestId} failed:`, (error as Error | undefined)?.stack ?? error);
		if (response.headersSent) return void response.destroy();
		response.writeHead(failure.status, problemHeaders(failure)).end(JSON.stringify(toProblem(failure, requestId)));
	}

	async function beforeCall({ meta }: Context<unknown, Fields>, _route: unknown, request: Request): Promise<void> {
		const { route, validate } = operationOf(request);
		const { params, query } = request.$params as Record<"params" | "query", Record<string, string>>;
		request.$params = await readParams(request, route.params, params, query);
		// An action checks its params itself.
		if (route.action === undefined) check(validate, request.$params);
		if (route.idempotent) meta.idempotencyKey = readIdempotencyKey(request);
	}

	/** The answer's status is the route's: what services deeper down left in `meta` for a gateway is not meant for this one. */
	function afterCall(
		{ meta }: Context<unknown, Fields>,
		_route: unknown,
		request: Request,
		response: ServerResponse,
		answer: unknown,
	): unknown {
		const { route } = operationOf(request);
		Object.assign(meta, {
			$statusCode: route.status,
			$location: route.location?.(answer as { id: string }),
			$statusMessage: undefined,
			$responseType: undefined,
			$responseHeaders: undefined,
		});
		// To be kept, but asked after each time.
		if (route.shared) response.setHeader("Cache-Control", "no-cache");
		return answer;
	}

	/** What the gateway answers by itself. */
	async function answerOwn(operation: string): Promise<unknown> {
		switch (operation) {
			case "getLiveness":
				if (isAlive(broker)) return { status: "alive" };
				throw new HttpError({ status: 503, code: "NOT_ALIVE", retryAfterS: 1 });
			case "getReadiness": {
				const { ready, checks } = await readinessOf(broker);
				if (ready) return { status: "ready", checks };
				throw new HttpError({ status: 503, code: "NOT_READY", retryAfterS: 1, more: { checks } });
			}
			case "getOpenApi":
				return openApi;
			case "getAsyncApi":
				return asyncApi;
			default:
				return LINKS;
		}
	}

	function aliasOf({ operation, action }: Route) {
		if (action !== undefined) return { action, operation };
		if (operation === "streamMyPage") {
			const open = (request: Request, response: ServerResponse) =>
				streams.open(request.$params.customerId as string, request, response);
			return { operation, handler: open };
		}
		// moleculer-web does not wait for a handler's promise.
		const answer = (request: Request, response: ServerResponse) =>
			answerOwn(operation)
				.then((own) => gateway.sendResponse(request, response, own))
				.catch((error) => refuse(request, response, error));
		return { operation, handler: answer };
	}

	const aliases = ROUTES.flatMap((route) => {
		const path = route.path.replace(/\{(\w+)\}/g, ":$1");
		const methods = route.method === "GET" ? ["GET", "HEAD"] : [route.method];
		return methods.map((method) => [`${method} ${path}`, aliasOf(route)] as const);
	});

	return {
		name: "api",
		mixins: [ApiGateway as ServiceSchema],

		settings: {
			// moleculer-web as a middleware: the server is the gateway's own.
			server: false,
			logRouteRegistration: null,
			// Requests under way are waited for by the server, and what they call by the services.
			rootCallOptions: { tracking: false },
			routes: [
				{
					path: "",
					aliases: Object.fromEntries(aliases),
					mappingPolicy: "restrict",
					pathToRegexpOptions: { sensitive: true },
					// Read, and put together with path and query, by the gateway itself.
					bodyParsers: false,
					mergeParams: false,
					etag: true,
					logging: false,
					onBeforeCall: beforeCall,
					onAfterCall: afterCall,
				},
			],
		} as ServiceSettingSchema,

		actions: { listAliases: false, addRoute: false, removeRoute: false } as never,

		events: {
			"customer.changed"({ params: { customerId } }: Context<{ customerId: string }>) {
				streams.wake(customerId);
			},
		},

		methods: {
			parseQueryString: (request: Request) => readUrl(request.url!),
			errorHandler: refuse,
			send404({ parsedUrl }: Request) {
				const Allow = allowedMethods(parsedUrl!);
				throw new HttpError({ status: 405, code: "METHOD_NOT_ALLOWED", headers: { Allow } });
			},
			address: () => server.address(),
		},

		created() {
			gateway = this as unknown as Gateway;
		},

		async started() {
			streams.start();
			await server.listen(config.port, config.host);
		},

		async stopped() {
			streams.stop();
			await server.drain();
		},
	};
}

/** Where the gateway of this process listens; undefined where it does not. */
export function gatewayUrl(broker: ServiceBroker): string | undefined {
	const address = (broker.getLocalService("api") as Gateway | undefined)?.address();
	return address && `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
}
