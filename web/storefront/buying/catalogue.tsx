import { useEffect, useMemo, useState } from "preact/hooks";
import { type Schemas, shop } from "../../shared/shop";
import { ask, type Refused } from "../../shared/asking";
import { useAnswer } from "../calls/use-answer";
import { Page } from "../parts/page";
import { Refusal } from "../parts/notice";
import { urlOf } from "../rules/route";
import { navigate } from "../../shared/state/router";
import { texts } from "../state/visitor";
import { ProductCard } from "./product-card";

/** Typing pauses for this long before the shop is asked. */
const TYPING_MS = 200;

/** Products that most screens show without scrolling. */
const FIRST = 4;

type Products = { items: Schemas["Product"][]; next: string | null };

/** @param search the words in the URL */
export function Catalogue({ search }: { search: string }) {
	const { catalogue, search: text, shop: about, loading } = texts.value;
	const { data, refused, isLoading } = useAnswer(
		(signal) => shop.GET("/products", { params: { query: search.trim() === "" ? {} : { search } }, signal }),
		[search],
		TYPING_MS,
	);
	const [more, setMore] = useState<Products>();
	const [moreRefused, setMoreRefused] = useState<Refused>();
	// More of another search, or of an older answer, does not belong to what is shown.
	const leaving = useMemo(() => new AbortController(), [search, data]);
	useEffect(() => {
		setMore(undefined);
		setMoreRefused(undefined);
		return () => leaving.abort();
	}, [leaving]);
	const items = [...(data?.items ?? []), ...(more?.items ?? [])];
	const next = more ? more.next : data?.next;

	const showMore = async (cursor: string) => {
		const query = { cursor, ...(search.trim() === "" ? {} : { search }) };
		const { signal } = leaving;
		const answered = await ask(() => shop.GET("/products", { params: { query }, signal })).catch(() => undefined);
		if (signal.aborted || !answered) return;
		if ("refused" in answered) return setMoreRefused(answered.refused);
		setMoreRefused(undefined);
		setMore({ items: [...(more?.items ?? []), ...answered.data.items], next: answered.data.next });
	};
	const found = () => (next ? text.foundMore(items.length) : text.found(items.length));

	return (
		<Page title={catalogue.title}>
			<p class="tagline">{about.tagline}</p>
			<search>
				<input
					type="search"
					value={search}
					aria-label={text.label}
					placeholder={text.placeholder}
					autocomplete="off"
					enterkeyhint="search"
					onInput={({ currentTarget }) => navigate(urlOf.catalogue(currentTarget.value), "refine")}
				/>
			</search>
			{refused && <Refusal refused={refused} />}
			<p class="unseen" role="status">
				{search !== "" && data && !isLoading && !refused ? found() : ""}
			</p>
			{!data && isLoading && <p class="calm">{loading}</p>}
			{data && items.length === 0 && !next && (
				<p class="calm">{search === "" ? catalogue.empty : text.nothing(search)}</p>
			)}
			<ul class="products" aria-label={catalogue.title} aria-busy={isLoading}>
				{items.map((product, index) => (
					<ProductCard key={product.id} product={product} isFirst={index < FIRST} />
				))}
			</ul>
			{moreRefused && <Refusal refused={moreRefused} />}
			{next && (
				<button type="button" class="quiet wide" onClick={() => void showMore(next)}>
					{catalogue.more}
				</button>
			)}
		</Page>
	);
}
