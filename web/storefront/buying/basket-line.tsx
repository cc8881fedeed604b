import type { Schemas } from "../../shared/shop";
import { type Line, obstacleOf, QUANTITY_LIMIT, set } from "../rules/basket";
import { urlOf } from "../rules/route";
import { basket } from "../state/basket";
import { money, texts } from "../state/visitor";
import { Picture } from "../parts/picture";

interface Props {
	line: Line;
	/** Undefined while it is not known; null: not sold any more. */
	product: Schemas["Product"] | null | undefined;
	isLocked: boolean;
}

export function BasketLine({ line, product, isLocked }: Props) {
	const { basket: text } = texts.value;
	const { productId, quantity } = line;
	const name = product?.name ?? productId;
	const obstacle = obstacleOf(line, product);
	const change = (wanted: number) => (basket.value = set(basket.value, productId, wanted));
	return (
		<li class="line">
			<Picture imageUrl={product?.imageUrl} />
			<div class="what">
				<a class="name" href={urlOf.product(productId)}>
					{name}
				</a>
				{product && <span class="calm">{text.each(money(product.price))}</span>}
				{obstacle && (
					<span class="fault" role="alert">
						{obstacle.why === "gone" ? text.gone : text.obstacle(obstacle.left)}
					</span>
				)}
			</div>
			<div class="stepper" role="group" aria-label={text.quantity(name)}>
				<button
					type="button"
					aria-label={text.less(name)}
					disabled={isLocked || quantity <= 1}
					onClick={() => change(quantity - 1)}
				>
					−
				</button>
				<input
					inputMode="numeric"
					aria-label={text.quantity(name)}
					value={quantity}
					disabled={isLocked}
					onChange={({ currentTarget }) => {
						const wanted = Number(currentTarget.value);
						if (wanted >= 1) change(wanted);
						else currentTarget.value = String(quantity);
					}}
				/>
				<button
					type="button"
					aria-label={text.more(name)}
					disabled={isLocked || quantity >= Math.min(QUANTITY_LIMIT, product?.stock ?? QUANTITY_LIMIT)}
					onClick={() => change(quantity + 1)}
				>
					+
				</button>
			</div>
			<strong class="sum">
				{product ? money({ ...product.price, amount: product.price.amount * quantity }) : "…"}
			</strong>
			<button
				type="button"
				class="quiet"
				aria-label={text.removeNamed(name)}
				disabled={isLocked}
				onClick={() => change(0)}
			>
				{text.remove}
			</button>
		</li>
	);
}
