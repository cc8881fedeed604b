import type { ServerResponse } from "node:http";
import type { Context, ServiceSettingSchema } from "moleculer";
import type { Request, RequestPipeline } from "./api.pipeline";
import { type Route, ROUTES } from "./api.routes";
import { OPERATOR_ROUTES } from "./operator.routes";

/** Answers a route that has no action. */
export type Handler = (request: Request, response: ServerResponse) => void;
type CallContext = Context<unknown, Record<string, unknown>>;

/** moleculer-web's settings. @param handlers for the routes without an action, by operation */
export function webSettings(
	pipeline: RequestPipeline,
	handlers: Readonly<Record<string, Handler>>,
): ServiceSettingSchema {
	return {
		// moleculer-web is a handler of the gateway's own server.
		server: false,
		logRouteRegistration: null,
		// Not tracked here: at a stop the server waits for requests, and services for their calls.
		rootCallOptions: { tracking: false },
		routes: [
			{
				path: "",
				aliases: Object.fromEntries([...ROUTES, ...OPERATOR_ROUTES].flatMap((route) => aliasesOf(route, handlers))),
				mappingPolicy: "restrict",
				pathToRegexpOptions: { sensitive: true },
				// The pipeline reads the body, and merges it with path and query.
				bodyParsers: false,
				mergeParams: false,
				logging: false,
				onBeforeCall: (context: CallContext, _route: unknown, request: Request) =>
					pipeline.beforeCall(context, request),
				onAfterCall: (
					context: CallContext,
					_route: unknown,
					request: Request,
					response: ServerResponse,
					answer: unknown,
				) => pipeline.afterCall(context, request, response, answer),
			},
		],
	} as ServiceSettingSchema;
}

/** A route's aliases, such as `GET /products/:id` and `HEAD /products/:id`, with its action or handler. */
function aliasesOf({ method, path, operation, action }: Route, handlers: Readonly<Record<string, Handler>>) {
	const target = action === undefined ? { operation, handler: handlers[operation] } : { operation, action };
	const methods = method === "GET" ? ["GET", "HEAD"] : [method];
	return methods.map((each) => [`${each} ${path.replace(/\{(\w+)\}/g, ":$1")}`, target] as const);
}
