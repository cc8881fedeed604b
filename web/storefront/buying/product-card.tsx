import type { Schemas } from "../../shared/shop";
import { put, quantityOf } from "../rules/basket";
import { urlOf } from "../rules/route";
import { announcement } from "../../shared/state/announcement";
import { basket } from "../state/basket";
import { money, texts } from "../state/visitor";
import { Picture } from "../parts/picture";

type Product = Schemas["Product"];

export function ProductCard({ product, isFirst }: { product: Product; isFirst: boolean }) {
	return (
		<li class="card">
			<a href={urlOf.product(product.id)}>
				<Picture imageUrl={product.imageUrl} isFirst={isFirst} />
				<span class="name">{product.name}</span>
			</a>
			<p class="row">
				<span class="price">{money(product.price)}</span>
				<Left stock={product.stock} />
			</p>
			<AddButton product={product} />
		</li>
	);
}

/** Up to this many, the number stands out. */
const FEW = 20;

export function Left({ stock }: { stock: number }) {
	const { product } = texts.value;
	if (stock === 0) return <span class="left none">{product.soldOut}</span>;
	if (stock === 1) return <span class="left few">{product.last}</span>;
	return <span class={stock <= FEW ? "left few" : "left"}>{product.left(stock)}</span>;
}

export function AddButton({ product: { id, name, stock } }: { product: Product }) {
	const { product: text } = texts.value;
	const add = () => {
		const had = quantityOf(basket.value, id);
		basket.value = put(basket.value, id, 1, stock);
		const has = quantityOf(basket.value, id);
		announcement.value = has > had ? text.added(name, has) : has >= stock ? text.noMore(name) : text.full(name);
	};
	const inBasket = quantityOf(basket.value, id);
	return (
		<div class="add">
			<button type="button" disabled={stock === 0} aria-label={text.addNamed(name)} onClick={add}>
				{text.add}
			</button>
			{inBasket > 0 && <span class="in-basket">{text.inBasket(inBasket)}</span>}
		</div>
	);
}
