import { STATUS_CODES } from "node:http";
import { type TObject, type TSchema, Type } from "@sinclair/typebox";
import { PageOrderShape } from "../../customer/customer.schemas";
import { ProblemShape } from "../http/problems";
import { NAMED_SHAPES, type Route } from "../api.routes";
import { OPERATOR_SHAPES } from "../operator.routes";

const MyPageEvent = Type.Object(
	{ id: Type.String(), event: Type.String(), data: PageOrderShape },
	{ description: "One server-sent event: `event` is the type of what happened; `data` is sent as JSON text" },
);

/** The schemas that have a name in the documents, by name. */
const SHAPES: Readonly<Record<string, TSchema>> = { ...OPERATOR_SHAPES, ...NAMED_SHAPES, Problem: ProblemShape };
const NAME_OF = new Map(Object.entries(SHAPES).map(([name, shape]) => [shape, name]));

/** What differs between the documents of customers' URLs and of the operator's console. */
export interface ApiDocument {
	title: string;
	description: string;
	tags: Readonly<Record<string, string>>;
	shapes: Readonly<Record<string, TSchema>>;
	/** By operation, its description. */
	descriptions: Readonly<Record<string, string>>;
	/** The tag of an operation. */
	tagOf(route: Route): string;
	/** A request may have to bring a token. */
	needsToken: boolean;
}

const HEADERS = {
	RequestId: { description: "The id of this request", schema: { type: "string" } },
	RetryAfter: { description: "Seconds until a retry makes sense", schema: { type: "integer", minimum: 1 } },
	ETag: {
		description: "The answer's version: for If-None-Match and, of a product, for If-Match",
		schema: { type: "string" },
	},
	Authenticate: { description: "Bearer: how to bring the token", schema: { type: "string" } },
	Location: { description: "The URL of the new resource", schema: { type: "string" } },
};
const headers = (names: Partial<Record<string, keyof typeof HEADERS>>) =>
	Object.fromEntries(
		Object.entries(names).map(([name, component]) => [name, { $ref: `#/components/headers/${component}` }]),
	);

const IDEMPOTENCY_KEY = {
	name: "Idempotency-Key",
	in: "header",
	description:
		"Chosen by the client, up to 255 characters. For 24 hours, the same request with the same key gets the first answer again; another request with it is refused. A key belongs to what it was used for: adding a product, a customer's orders, paying or cancelling one order.",
	// Bare, or quoted as in the IETF draft.
	schema: { type: "string", minLength: 1, maxLength: 257, pattern: "^[\\x20-\\x7e]+$" },
};
const IF_MATCH = {
	name: "If-Match",
	in: "header",
	description:
		"ETags of the product, or `*`: where none is that of the product as it is now, nothing is changed. The ETag covers the stock, so it is another one after each order of the product; without this header, fields that the request does not name stay as they are. A request with `stockDelta` whose answer was lost may be sent again only with this header.",
	schema: { type: "string" },
};
const LAST_EVENT_ID = {
	name: "Last-Event-ID",
	in: "header",
	description: "The last event that the client knows: the stream continues after it",
	schema: { type: "string" },
};

const TOKEN = {
	type: "http",
	scheme: "bearer",
	description: "OPERATOR_TOKEN; needed where it is set. Without it the console is served on loopback alone",
};
const OPERATOR_NAME = {
	name: "X-Operator",
	in: "header",
	description: "The name of the person, for the trail of what operators have done; nobody checks it",
	schema: { type: "string", maxLength: 64, pattern: "^[ -~]*$" },
};

/** The shop's own formats, for programs that do not know them. */
const FORMATS: Readonly<Record<string, object>> = {
	text: { pattern: "^[^\\u0000]*$" },
	"card-number": { minLength: 12, maxLength: 19, pattern: "^[0-9]+$" },
};

/** The OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1) of these routes. */
export function openApiOf(routes: readonly Route[], document: ApiDocument) {
	const { title, description, tags, shapes, needsToken } = document;
	const paths: Record<string, Record<string, unknown>> = {};
	for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route, document);
	const isUsed = (header: string) => JSON.stringify(paths).includes(`"#/components/headers/${header}"`);
	return {
		openapi: "3.1.0",
		info: {
			title,
			version: "1",
			description,
			contact: { name: "Funshop" },
			license: { name: "MIT", identifier: "MIT" },
		},
		tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
		servers: [{ url: "/" }],
		security: needsToken ? [{ token: [] }, {}] : [],
		paths,
		components: {
			schemas: Object.fromEntries(
				Object.entries({ ...shapes, Problem: ProblemShape }).map(([name, shape]) => [name, inline(shape)]),
			),
			headers: Object.fromEntries(Object.entries(HEADERS).filter(([name]) => isUsed(name))),
			...(needsToken && { securitySchemes: { token: TOKEN } }),
		},
	};
}

function operationOf(route: Route, { descriptions, tagOf, needsToken }: ApiDocument) {
	const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
	const others = Object.keys(route.params.properties).filter((name) => !names.includes(name));
	const hasBody = route.method !== "GET";
	return {
		operationId: route.operation,
		summary: route.summary,
		description: descriptions[route.operation],
		tags: [tagOf(route)],
		parameters: [
			...names.map((name) => parameter(route.params, name, "path")),
			...(hasBody ? [] : others.map((name) => parameter(route.params, name, "query"))),
			...(route.idempotent ? [IDEMPOTENCY_KEY] : []),
			...(route.versioned && route.method === "PATCH" ? [IF_MATCH] : []),
			...(route.contentType === "text/event-stream" ? [LAST_EVENT_ID] : []),
			...(needsToken ? [OPERATOR_NAME] : []),
		],
		...(hasBody ? { requestBody: bodyOf(route.params, others) } : {}),
		responses: { [route.status]: answerOf(route), ...problemsOf(route, needsToken) },
	};
}

function parameter({ properties, required = [] }: TObject, name: string, place: "path" | "query") {
	return { name, in: place, required: required.includes(name), schema: reference(properties[name]!) };
}

function bodyOf(params: TObject, names: string[]) {
	const body = Type.Pick(params, names, { additionalProperties: false });
	return { required: (body.required ?? []).length > 0, content: { "application/json": { schema: inline(body) } } };
}

function answerOf({ method, status, answer, contentType = "application/json", location, versioned, page }: Route) {
	const isTagged = versioned || (method === "GET" && contentType === "application/json");
	return {
		description: STATUS_CODES[status],
		headers: headers({
			"X-Request-ID": "RequestId",
			...(location ? { Location: "Location" } : {}),
			...(isTagged ? { ETag: "ETag" } : {}),
		}),
		content: {
			[contentType]: {
				schema: reference(answer),
				// OpenAPI 3.1 has no keyword for the items of a stream; 3.2 calls it itemSchema.
				...(contentType === "text/event-stream" ? { "x-itemSchema": reference(MyPageEvent) } : {}),
			},
			...(page ? { "text/html": { schema: { type: "string" } } } : {}),
		},
	};
}

/** The route's own problems, and those of every route. */
function problemsOf({ method, problems }: Route, needsToken: boolean) {
	const all: Record<number, readonly string[]> = {
		...problems,
		408: ["REQUEST_TOO_SLOW"],
		421: ["MISDIRECTED_REQUEST"],
		431: ["HEADERS_TOO_LARGE"],
		500: ["INTERNAL_ERROR", "MESSAGE_TOO_LARGE"],
		503: [...new Set([...(problems[503] ?? []), "OVERLOADED"])],
	};
	if (needsToken)
		Object.assign(all, { 401: ["TOKEN_NEEDED", "WRONG_TOKEN"], 403: ["OTHER_ORIGIN"], 429: ["TOO_MANY_GUESSES"] });
	if (needsToken) all[404] = [...(all[404] ?? []), "NOT_FOUND"];
	if (method !== "GET") Object.assign(all, { 413: ["PAYLOAD_TOO_LARGE"], 415: ["UNSUPPORTED_MEDIA_TYPE"] });
	all[400] = [...(all[400] ?? []), "MALFORMED_REQUEST", "MALFORMED_URL"];
	all[422] ??= ["VALIDATION_FAILED"];
	return Object.fromEntries(
		Object.entries(all).map(([status, codes]) => [
			status,
			{
				description: codes.join(", "),
				headers: headers({
					"X-Request-ID": "RequestId",
					...(status === "429" || status === "503" ? { "Retry-After": "RetryAfter" } : {}),
					...(status === "401" ? { "WWW-Authenticate": "Authenticate" } : {}),
				}),
				content: {
					"application/problem+json": {
						schema: { allOf: [reference(ProblemShape), { properties: { code: { enum: codes } } }] },
					},
				},
			},
		]),
	);
}

function reference(schema: TSchema): unknown {
	const name = NAME_OF.get(schema);
	return name === undefined ? inline(schema) : { $ref: `#/components/schemas/${name}` };
}

/** The schema as JSON, with a `$ref` for each named schema within it. */
function inline(schema: TSchema): unknown {
	const own = typeof schema.format === "string" ? FORMATS[schema.format] : undefined;
	const entries = Object.entries(schema).map(([keyword, value]) => [keyword, referenceWithin(value)]);
	return { ...(Object.fromEntries(entries) as object), ...own };
}

function referenceWithin(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(referenceWithin);
	return typeof value === "object" && value !== null ? reference(value as TSchema) : value;
}
