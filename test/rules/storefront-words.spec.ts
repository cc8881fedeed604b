import { CustomerId } from "../../shared/domain/ids";
import { ROUTES } from "../../services/api/api.routes";
import { SAMPLES } from "../../services/product/product.samples";
import { formatMoney, formatTime } from "../../web/shared/formats";
import { isCustomerId } from "../../web/storefront/rules/customer";
import { languageFor } from "../../web/storefront/rules/languages";
import { ownPicture } from "../../web/storefront/rules/pictures";
import { routeOf, urlOf } from "../../web/storefront/rules/route";
import { en } from "../../web/storefront/texts/en";
import { ko } from "../../web/storefront/texts/ko";

/** All texts by their names, such as `basket.order`. */
function textsOf(texts: object, prefix = ""): Array<[name: string, text: unknown]> {
	return Object.entries(texts).flatMap(([name, text]: [string, unknown]) =>
		typeof text === "object" && text !== null ? textsOf(text, `${prefix}${name}.`) : [[`${prefix}${name}`, text]],
	);
}
const namesOf = (texts: object) => textsOf(texts).map(([name]) => name);

describe("the storefront's words", () => {
	it("are the same in both languages, with a Korean one for each", () => {
		expect(namesOf(ko).sort()).toEqual(namesOf(en).sort());
		const foreign = textsOf(ko).filter(([, text]) => typeof text === "string" && !/[가-힣]/.test(text));
		expect(foreign).toEqual([["shop.name", "Funshop"]]);
	});

	it("are in the first language of the visitor that the page has", () => {
		expect(languageFor(["fr", "ko-KR", "en"])).toBe("ko");
		expect(languageFor(["en-GB", "ko"])).toBe("en");
		expect(languageFor(["fr"])).toBe("en");
		expect(languageFor([])).toBe("en");
	});

	it("say in them why an order, a payment or a cancellation is refused", () => {
		const asked = ["placeOrder", "payOrder", "cancelOrder", "getOrder"];
		const codes = ROUTES.filter(({ operation }) => asked.includes(operation)).flatMap(({ problems }) =>
			[402, 404, 409].flatMap((status) => problems[status] ?? []),
		);
		const sentAgain = ["REQUEST_IN_PROGRESS"];
		expect(codes.filter((code) => !(code in en.problems) && !sentAgain.includes(code))).toEqual([]);
	});
});

describe("money and time", () => {
	it("are written as people of the language write them", () => {
		const won = { amount: 18_000, currency: "KRW" };
		expect([formatMoney(won, "en"), formatMoney(won, "ko")]).toEqual(["₩18,000", "₩18,000"]);
		expect(formatMoney({ amount: 1_234, currency: "USD" }, "en")).toBe("$12.34");
		expect(formatMoney({ amount: 1_234, currency: "KWD" }, "en")).toMatch(/1\.234$/);
		expect(formatTime("2026-11-28T12:00:00Z", "en")).toMatch(/Nov 2[789], 2026/);
		expect(formatTime("2026-11-28T12:00:00Z", "ko")).toMatch(/^2026\. 11\. 2[789]\. /);
	});
});

describe("a place in the storefront", () => {
	it("has a URL that leads to it", () => {
		const at = (url: string) => {
			const { pathname, search } = new URL(url, "http://shop");
			return routeOf(pathname, search);
		};
		expect(at(urlOf.catalogue("tea & bowl"))).toEqual({ at: "catalogue", search: "tea & bowl" });
		expect(at(urlOf.product("a/b c"))).toEqual({ at: "product", id: "a/b c" });
		expect(at(urlOf.order("o1"))).toEqual({ at: "order", id: "o1" });
		expect([at(urlOf.basket()), at(urlOf.myPage()), at("/shop")].map((route) => route.at)).toEqual([
			"basket",
			"myPage",
			"catalogue",
		]);
	});

	it.each(["/shop/unknown", "/shop/orders/o1/more", "/products", "/shop/basket/1", "/shop/products"])(
		"is not at %s",
		(path) => {
			expect(routeOf(path)).toEqual({ at: "nowhere" });
		},
	);

	it("survives a URL that is not percent-encoded", () => {
		expect(routeOf("/shop/products/%E0%A4%A")).toEqual({ at: "product", id: "%E0%A4%A" });
	});
});

describe("a picture", () => {
	it("is shown where it is the shop's own", () => {
		for (const { id } of SAMPLES) expect(ownPicture(`/pictures/${id}.svg`, "http://shop")).toBe(`/pictures/${id}.svg`);
		expect(ownPicture("http://shop/pictures/a.svg?v=2", "http://shop")).toBe("/pictures/a.svg?v=2");
	});

	it.each([
		undefined,
		"https://elsewhere.example/a.png",
		"//elsewhere.example/a.png",
		"data:image/png;base64,",
		"http://",
	])("is a neutral one in place of %s", (imageUrl) => {
		expect(ownPicture(imageUrl, "http://shop")).toBeUndefined();
	});
});

describe("a customer's id", () => {
	it.each(["alice", "a@b.c", "x".repeat(64), "", "x".repeat(65), "a b", "한글", "a/b"])(
		"%j is one where the shop takes it",
		(id) => {
			expect(isCustomerId(id)).toBe(new RegExp(CustomerId.pattern!).test(id));
		},
	);
});
