import { useState } from "preact/hooks";
import { Field } from "../parts/field";
import { Page } from "../parts/page";
import { Newest, Table } from "../parts/table";
import { askFor, byTrail } from "../state/doing";
import { operator } from "../state/operator";
import { usePolled } from "../state/use-polled";
import { money, number, texts } from "../state/words";
import { shop, type Schemas } from "../../shared/shop";
import { ProductForm } from "./product-form";

const EVERY_MS = 5_000;

/** The catalogue: adds products, and changes them and their stock. */
export function Products() {
	const { products: words, loading } = texts.value;
	const [search, setSearch] = useState("");
	const [changed, setChanged] = useState<Schemas["Product"]>();
	const { data, refused } = usePolled(
		(signal) => shop.GET("/products", { signal, params: { query: { limit: 50, ...(search !== "" && { search }) } } }),
		[search],
		EVERY_MS,
	);
	const samples = () =>
		askFor({
			title: words.samples,
			explain: <p>{words.samplesAsk}</p>,
			button: words.samples,
			run: byTrail(() => operator.POST("/operator/api/samples", { body: {} })),
		});
	return (
		<Page title={words.title} refused={refused}>
			<div class="panel find">
				<Field label={words.search} name="search" type="search" value={search} maxLength={200} onInput={setSearch} />
			</div>
			{!data && !refused && <p class="calm">{loading}</p>}
			{data?.items.length === 0 && <p class="calm">{words.empty}</p>}
			{data && data.items.length > 0 && (
				<Table caption={words.title} heads={[words.name, words.price, words.left, ""]}>
					{data.items.map((product) => (
						<tr key={product.id}>
							<th scope="row">{product.name}</th>
							<td class="amount">{money(product.price)}</td>
							<td class="amount">{number(product.stock)}</td>
							<td>
								<button
									type="button"
									class="quiet small"
									aria-label={words.changeNamed(product.name)}
									onClick={() => setChanged(product)}
								>
									{words.change}
								</button>
							</td>
						</tr>
					))}
				</Table>
			)}
			{data && <Newest list={data} />}
			{changed ? (
				<ProductForm
					key={changed.id}
					product={changed}
					currency={changed.price.currency}
					onBack={() => setChanged(undefined)}
				/>
			) : (
				<>
					<ProductForm currency={data?.items[0]?.price.currency} />
					<button type="button" class="quiet" onClick={samples}>
						{words.samples}
					</button>
				</>
			)}
		</Page>
	);
}
