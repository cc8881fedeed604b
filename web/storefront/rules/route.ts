/** The place in the storefront that a URL leads to. */
export type Route =
	| { at: "catalogue"; search: string }
	| { at: "product"; id: string }
	| { at: "basket" }
	| { at: "myPage" }
	| { at: "order"; id: string }
	| { at: "nowhere" };

export function routeOf(pathname: string, search = ""): Route {
	const parts = pathname.split("/").filter(Boolean).map(decode);
	if (parts.length === 0 || (parts.length === 1 && parts[0] === "shop"))
		return { at: "catalogue", search: new URLSearchParams(search).get("search") ?? "" };
	const [room, place, id, ...rest] = parts;
	if (room !== "shop" || rest.length > 0) return { at: "nowhere" };
	if (place === "basket" && id === undefined) return { at: "basket" };
	if (place === "orders") return id === undefined ? { at: "myPage" } : { at: "order", id };
	if (place === "products" && id !== undefined) return { at: "product", id };
	return { at: "nowhere" };
}

export const urlOf = {
	catalogue: (search = "") => (search === "" ? "/" : `/?search=${encodeURIComponent(search)}`),
	product: (id: string) => `/shop/products/${encodeURIComponent(id)}`,
	basket: () => "/shop/basket",
	myPage: () => "/shop/orders",
	order: (id: string) => `/shop/orders/${encodeURIComponent(id)}`,
};

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
