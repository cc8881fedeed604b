import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context, Logger } from "moleculer";
import type { Config } from "../../config";
import { stoodStill } from "../../shared/calls/call-deadline";
import { check, compile } from "../../shared/calls/validation";
import { busy } from "../../shared/domain/refusals";
import { type Admission, kindOf } from "./http/admission";
import { BrowserGuard } from "./http/browser-guard";
import { allowCors } from "./http/cors";
import { isOperators, type Operator, OperatorGuard } from "./http/operator-guard";
import { readIfMatch, tagOf } from "./http/entity-tags";
import { failureOf, HttpError, problemHeaders, requestTooLate, toProblem } from "./http/problems";
import { ImpatientClients, isOfTooMany } from "./http/impatient-clients";
import { isRead, normalizeTarget, readIdempotencyKey, readParams, readUrl, requestIdOf } from "./http/requests";
import type { Tallies } from "../../shared/reports/tallies";
import type { Pages } from "./pages/pages";
import { ROUTES } from "./api.routes";
import { OPERATOR_API, OPERATOR_ROUTES } from "./operator.routes";

type Fields = Record<string, unknown>;

/** A request with the fields that the server and moleculer-web add. */
export type Request = IncomingMessage & {
	/** The params that moleculer-web read; after {@link RequestPipeline.beforeCall}, those of the action. */
	$params: Fields;
	$alias?: { operation: string };
	parsedUrl?: string;
	/** In milliseconds of `performance.now()`; it may have waited since for earlier requests of its connection. */
	arrivedAt: number;
	/** When the gateway began it, in milliseconds of `performance.now()`. */
	begunAt: number;
	/** Gives up the request's place among those under way. */
	leave?: () => void;
	/** Who asks, where {@link OperatorGuard} let the request pass to an operator's URL. */
	operator?: Operator;
};

/** The parts of moleculer-web's service that the pipeline uses. */
export interface WebService {
	httpHandler(request: IncomingMessage, response: ServerResponse): Promise<void>;
	resolveAlias(path: string, method: string): unknown;
	sendResponse(request: Request, response: ServerResponse, answer: unknown): void;
}

const METHODS = ["GET", "HEAD", "POST", "PATCH"];
/** Customers' URLs and the operator's. */
const ALL_ROUTES = [...ROUTES, ...OPERATOR_ROUTES];
const OPERATIONS = new Map(ALL_ROUTES.map((route) => [route.operation, route]));

/**
 * The steps of a request: {@link receive}, which answers pages at once; then in moleculer-web the alias of its URL, {@link beforeCall}, the action, {@link afterCall}.
 * {@link refuse} answers an error of any step.
 */
export class RequestPipeline {
	private readonly guard: BrowserGuard;
	private readonly operators: OperatorGuard;
	private readonly impatient = new ImpatientClients();
	/** Validators of the routes without an action, by operation. Moleculer checks the params of an action. */
	private readonly validators = new Map(
		ALL_ROUTES.filter(({ action }) => action === undefined).map(({ operation, params }) => [
			operation,
			compile(params),
		]),
	);

	constructor(
		private readonly web: () => WebService,
		private readonly config: Pick<Config, "protectedMode" | "corsOrigins" | "operatorToken">,
		private readonly logger: Logger,
		private readonly admission: Admission,
		/** Counts requests of customers, and refusals by status. */
		private readonly tallies: Pick<Tallies, "add">,
		private readonly pages: Pages,
	) {
		this.guard = new BrowserGuard(config);
		this.operators = new OperatorGuard(config, logger);
	}

	/**
	 * Sets the headers of every response, and passes the request on to moleculer-web. Never rejects.
	 * @param overloaded whether only probes are answered
	 */
	async receive(request: IncomingMessage, response: ServerResponse, overloaded: boolean): Promise<void> {
		(request as Request).begunAt = performance.now();
		const requestId = requestIdOf(request);
		// moleculer-web takes the id from this header.
		request.headers["x-request-id"] = requestId;
		delete request.headers["x-correlation-id"];
		// With the client's `no-cache`, which is meant for caches, moleculer-web would not answer If-None-Match with 304.
		delete request.headers["cache-control"];
		if (!isRead(request)) delete request.headers["if-none-match"];
		response.setHeader("X-Request-ID", requestId);
		response.setHeader("Cache-Control", "no-store");
		response.setHeader("X-Content-Type-Options", "nosniff");
		if (isRead(request)) response.setHeader("Vary", "Accept-Encoding");
		try {
			normalizeTarget(request);
			const forOperators = isOperators(request.url!);
			if (!forOperators) allowCors(this.config.corsOrigins, request, response);
			if (isCustomers(request)) this.tallies.add("requests");
			this.guard.checkHost(request);
			// Before it is admitted: whoever only guesses the token takes no place of operators.
			if (forOperators) (request as Request).operator = this.operators.check(request);
			this.admit(request as Request, response, overloaded);
			if (request.method === "OPTIONS") {
				response.writeHead(204, { Allow: this.allowedMethods(readUrl(request.url!).url) }).end();
			} else if (!this.pages.answer(request, response)) await this.web().httpHandler(request, response);
		} catch (error) {
			this.refuse(request, response, error);
		}
	}

	/** @throws Refusal OVERLOADED for a request beyond what the process can do; never for a probe, as the process would be restarted otherwise */
	private admit(request: Request, response: ServerResponse, overloaded: boolean): void {
		const kind = kindOf(request);
		if (overloaded && kind !== "probe" && kind !== "operator")
			throw busy("OVERLOADED", "Too many requests are under way.");
		if (!this.admission.take(kind)) {
			const detail = "The shop has more to do than it can right now; nothing was done.";
			throw busy("OVERLOADED", detail, this.admission.retryAfterS);
		}
		let isInside = true;
		request.leave = () => {
			if (isInside) this.admission.leave(kind);
			isInside = false;
		};
		response.once("close", request.leave);
	}

	/** Refuses a URL or method without a route. @throws HttpError NOT_FOUND, METHOD_NOT_ALLOWED */
	noRoute({ parsedUrl }: Request): never {
		const Allow = this.allowedMethods(parsedUrl!);
		throw new HttpError({ status: 405, code: "METHOD_NOT_ALLOWED", headers: { Allow } });
	}

	/** @throws HttpError NOT_FOUND where no method has a route */
	private allowedMethods(path: string): string {
		const isPage = this.pages.has(path);
		const allowed = METHODS.filter(
			(method) => path === "*" || (isPage && isRead({ method })) || this.web().resolveAlias(path, method),
		);
		if (allowed.length === 0)
			throw new HttpError({ status: 404, code: "NOT_FOUND", detail: "There is nothing at this URL." });
		return [...allowed, "OPTIONS"].join(", ");
	}

	/** @throws Refusal, HttpError where the request is not valid for its route */
	async beforeCall({ meta, broker }: Context<unknown, Fields>, request: Request): Promise<void> {
		this.guard.checkWrite(request);
		const route = routeOf(request);
		if (route.path.startsWith(OPERATOR_API)) {
			// `receive` has let it pass. This line is for a URL that it took for a customer's.
			if (!request.operator) throw new HttpError({ status: 404, code: "NOT_FOUND" });
			meta.operator = request.operator;
		}
		const { params, query } = request.$params as Record<"params" | "query", Record<string, string>>;
		request.$params = await readParams(request, route.params, params, query);
		// Its client may have given up meanwhile, and sent something else to another gateway.
		if (!isRead(request) && stoodStill(broker, request.arrivedAt)) throw new HttpError(requestTooLate);
		const validate = this.validators.get(route.operation);
		if (validate) check(validate, request.$params);
		if (route.idempotent) meta.idempotencyKey = readIdempotencyKey(request);
		if (route.versioned && route.method === "PATCH") meta.versions = readIfMatch(request);
	}

	/** Sets the status and headers of the route, in place of any that services left in `meta`. */
	afterCall({ meta }: Context<unknown, Fields>, request: Request, response: ServerResponse, answer: unknown): unknown {
		const route = routeOf(request);
		Object.assign(meta, {
			$statusCode: route.status,
			$location: route.location?.(answer as { id: string }),
			$statusMessage: undefined,
			$responseType: undefined,
			$responseHeaders: undefined,
		});
		markShared(route, response);
		if (route.versioned) response.setHeader("ETag", tagOf((answer as { version: number }).version));
		return answer;
	}

	/** Sends the result of `answer`, or a problem. Never rejects, because moleculer-web does not await a handler. */
	async answer(request: Request, response: ServerResponse, answer: () => Promise<unknown>): Promise<void> {
		try {
			const body = await answer();
			markShared(routeOf(request), response);
			this.web().sendResponse(request, response, body);
		} catch (error) {
			this.refuse(request, response, error);
		}
	}

	/** Answers with a problem; logs an unforeseen error with its stack. A refusal because of too many requests comes later to a client that asks too soon. */
	refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
		const failure = failureOf(error);
		if (isCustomers(request)) this.tallies.add(`status ${failure.status}`);
		const requestId = request.headers["x-request-id"] as string;
		if (failure.unforeseen)
			this.logger.error(`request ${requestId} failed:`, (error as Error | undefined)?.stack ?? error);
		const send = () => {
			if (response.headersSent) return void response.destroy();
			response.writeHead(failure.status, problemHeaders(failure)).end(JSON.stringify(toProblem(failure, requestId)));
		};
		if (failure.retryAfterS === undefined || !isOfTooMany(failure.code)) return send();
		const { leave, begunAt } = request as Request;
		// A request that is held back takes no place of others.
		leave?.();
		void this.impatient.hold(request.socket, failure.retryAfterS, performance.now() - begunAt).then(send);
	}
}

/** Lets caches keep an answer that is the same for all clients. They revalidate it each time. */
function markShared({ shared }: ReturnType<typeof routeOf>, response: ServerResponse): void {
	if (shared) response.setHeader("Cache-Control", "no-cache");
}

/** Neither operators nor probes say what customers see. */
function isCustomers(request: IncomingMessage): boolean {
	return !["operator", "probe"].includes(kindOf(request));
}

function routeOf({ $alias }: Request) {
	return OPERATIONS.get($alias!.operation)!;
}
