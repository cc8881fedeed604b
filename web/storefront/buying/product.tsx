import { shop } from "../../shared/shop";
import { useAnswer } from "../calls/use-answer";
import { Notice, Refusal } from "../parts/notice";
import { Page } from "../parts/page";
import { Picture } from "../parts/picture";
import { AddButton, Left } from "./product-card";
import { urlOf } from "../rules/route";
import { money, texts } from "../state/visitor";

export function Product({ id }: { id: string }) {
	const { product: text, loading } = texts.value;
	const { data: product, refused } = useAnswer(
		(signal) => shop.GET("/products/{id}", { params: { path: { id } }, signal }),
		[id],
	);
	const isGone = refused?.status === 404;
	return (
		<Page title={product?.name ?? (isGone ? text.gone : loading)} back={<a href={urlOf.catalogue()}>{text.back}</a>}>
			{isGone && <Notice tone="calm">{text.gone}</Notice>}
			{refused && !isGone && <Refusal refused={refused} />}
			{product && (
				<div class="product">
					<Picture imageUrl={product.imageUrl} name={product.name} isFirst />
					<div>
						<p class="price large">{money(product.price)}</p>
						<p>
							<Left stock={product.stock} />
						</p>
						<p class="description">{product.description}</p>
						<AddButton product={product} />
						<p>
							<a href={urlOf.basket()}>{text.toBasket}</a>
						</p>
					</div>
				</div>
			)}
		</Page>
	);
}
