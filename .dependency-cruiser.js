/**
 * The arrows between the rooms of the code. They point one way:
 *
 *   web/{storefront, console} → web/shared
 *   start.ts → operator → services → shared/{reports, process, health, aggregates, events, store, lmdb, calls} → shared/timing → shared/domain
 *
 * `npm run check` holds them.
 */

/** Forbids files of `from` to import files of `to`. Type imports count. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from: { path: from }, to });

/** The rooms of shared/, lowest first; each may import itself and those before it. */
const SHARED = ["domain", "timing", "calls", "lmdb", "store", "events", "aggregates", "health", "process", "reports"];

module.exports = {
	forbidden: [
		forbid("no-circles", "Two files that import each other are one file, or need a third.", "^", { circular: true }),
		...SHARED.map((room, place) =>
			forbid(
				`shared-${room}`,
				`shared/${room} may import only the rooms below it: ${SHARED.slice(0, place).join(", ") || "none"}.`,
				`^shared/${room}/`,
				{
					path: "^(shared|services|operator|config|service-context|shop|start|moleculer)",
					pathNot: `^shared/(${SHARED.slice(0, place + 1).join("|")})/`,
				},
			),
		),
		forbid(
			"services-below-the-composition-root",
			"What a service is handed comes from service-context.ts; no service imports what puts the shop together.",
			"^services/",
			{ path: "^(operator/|shop|start|moleculer\\.config)" },
		),
		{
			name: "services-know-events-and-schemas-only",
			comment: "A service may import another service's .events and .schemas, nothing else of it.",
			severity: "error",
			from: { path: "^services/([^/]+)/" },
			to: { path: "^services/[^/]+/", pathNot: "^services/$1/|\\.(events|schemas)\\.ts$" },
		},
		{
			name: "nobody-imports-the-api",
			comment: "No service may import services/api.",
			severity: "error",
			from: { path: "^services/", pathNot: "^services/api/" },
			to: { path: "^services/api/" },
		},
		forbid(
			"http-knows-no-route",
			"services/api/http/ is HTTP alone: routes, documents and streams are above it.",
			"^services/api/http/",
			{ path: "^services/", pathNot: "^services/api/http/" },
		),
		forbid(
			"rules-are-pure",
			"Rules take time, ids and prices as arguments: no broker, no store, no Node module but crypto (digests are pure).",
			"^services/.+\\.rules\\.ts$",
			{
				path: "^(config|service-context|shared/|node_modules/|services/[^/]+/.*\\.(service|process)\\.ts$)",
				pathNot: "^shared/domain/|^shared/timing/backoff\\.ts$",
				dependencyTypesNot: ["type-only"],
			},
		),
		forbid("rules-use-no-node-modules", "Rules are pure; digests are pure too.", "^services/.+\\.rules\\.ts$", {
			dependencyTypes: ["core"],
			pathNot: "^(node:)?crypto$",
		}),
		forbid(
			"not-operator",
			"Only start.ts and the REPL's commands know operator/.",
			"^(config|service-context|shop|moleculer)",
			{
				path: "^operator/",
			},
		),
		forbid(
			"pages-know-the-api-only",
			"A page knows of the shop what its OpenAPI document says: web/shared/shop-api.ts.",
			"^web/(shared|storefront|console)/",
			{
				path: "^(shared|services|operator|config|service-context|shop|start|moleculer|web/build)",
			},
		),
		forbid("pages-apart", "What both pages use is in web/shared/, which knows neither.", "^web/(shared|storefront)/", {
			path: "^web/console/",
		}),
		forbid("pages-apart-too", "What both pages use is in web/shared/, which knows neither.", "^web/(shared|console)/", {
			path: "^web/storefront/",
		}),
		forbid(
			"server-knows-no-page",
			"The gateway serves built files; nothing of the server imports a page.",
			"^(services|shared|operator|config|shop|start)",
			{
				path: "^web/",
			},
		),
	],
	options: {
		doNotFollow: { path: "node_modules" },
		exclude: { path: "^(dist|dist-test)/" },
		tsPreCompilationDeps: "specify",
		tsConfig: { fileName: "tsconfig.json" },
	},
};
