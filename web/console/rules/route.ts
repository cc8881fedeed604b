/** The place in the console that a URL leads to. */
export type Route =
	| { at: "look" | "processes" | "audits" | "faults" | "products" | "trail" | "nowhere" }
	| { at: "orders"; search: string }
	| { at: "order" | "audit"; id: string }
	| { at: "deadLetters" }
	| { at: "deadLetter"; service: string; eventId: string };

export function routeOf(pathname: string, search = ""): Route {
	const [room, place, id, ...rest] = pathname.split("/").filter(Boolean).map(decode);
	if (room !== "operator" || rest.length > 0) return { at: "nowhere" };
	const query = new URLSearchParams(search);
	if (id !== undefined) {
		if (place === "orders") return { at: "order", id };
		return place === "audits" ? { at: "audit", id } : { at: "nowhere" };
	}
	switch (place) {
		case undefined:
			return { at: "look" };
		case "orders":
			return { at: "orders", search: query.get("search") ?? "" };
		case "dead-letters":
			return { at: "deadLetters" };
		case "dead-letter":
			return { at: "deadLetter", service: query.get("service") ?? "", eventId: query.get("eventId") ?? "" };
		case "processes":
		case "audits":
		case "faults":
		case "products":
		case "trail":
			return { at: place };
		default:
			return { at: "nowhere" };
	}
}

export const urlOf = {
	look: () => "/operator",
	orders: (search = "") => `/operator/orders${search === "" ? "" : `?search=${encodeURIComponent(search)}`}`,
	order: (id: string) => `/operator/orders/${encodeURIComponent(id)}`,
	deadLetters: () => "/operator/dead-letters",
	deadLetter: (service: string, eventId: string) =>
		`/operator/dead-letter?${new URLSearchParams({ service, eventId }).toString()}`,
	processes: () => "/operator/processes",
	audits: () => "/operator/audits",
	audit: (id: string) => `/operator/audits/${encodeURIComponent(id)}`,
	faults: () => "/operator/faults",
	products: () => "/operator/products",
	trail: () => "/operator/trail",
};

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
