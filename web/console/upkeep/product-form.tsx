import type { ComponentChildren } from "preact";
import { Field, numberOf, textOf } from "../parts/field";
import { changesOf, type ProductFields } from "../rules/products";
import { askFor, type Doing } from "../state/doing";
import { ask, operator } from "../state/operator";
import { texts } from "../state/words";
import { randomId } from "../../shared/state/random-id";
import type { Schemas } from "../../shared/shop";

interface Props {
	/** Undefined: a new one. */
	product?: Schemas["Product"];
	/** That of the shop's other products, so far as there are any. */
	currency: string | undefined;
	/** Called where the operator goes back, and once the product is changed, as the form no longer shows what the shop has. */
	onBack?: () => void;
}

/** Adds a product, or changes one. */
export function ProductForm({ product, currency, onBack }: Props) {
	const { products: words, dialog } = texts.value;
	const title = product ? words.changeNamed(product.name) : words.add;
	const decide = (form: HTMLFormElement) => {
		const fields: ProductFields = {
			name: textOf(form, "name"),
			price: { amount: numberOf(form, "price") ?? 0, currency: textOf(form, "currency") },
			stock: numberOf(form, "stock"),
			description: textOf(form, "description"),
			imageUrl: textOf(form, "image"),
		};
		const { name, price, stock, description, imageUrl } = fields;
		// The same each time that the dialog sends it, so that a product whose answer was lost is not added twice.
		const header = { "Idempotency-Key": randomId(26) };
		const explain: ComponentChildren = <p>{product ? words.changeAsk : words.addAsk}</p>;
		const run: Doing["run"] = product
			? async () => {
					const params = { path: { id: product.id } };
					const body = changesOf(product, fields);
					const answered = await ask(() => operator.PATCH("/operator/api/products/{id}", { params, body }));
					if ("refused" in answered) return answered;
					onBack?.();
					return { outcome: words.changed(name) };
				}
			: async () => {
					const body = {
						name,
						price,
						stock: stock ?? 0,
						...(description !== "" && { description }),
						...(imageUrl !== "" && { imageUrl }),
					};
					const answered = await ask(() => operator.POST("/operator/api/products", { params: { header }, body }));
					if ("refused" in answered) return answered;
					form.reset();
					return { outcome: words.added(name) };
				};
		askFor({ title, explain, button: product ? words.change : words.add, run });
	};
	return (
		<form
			class="panel"
			onSubmit={(event) => {
				event.preventDefault();
				decide(event.currentTarget);
			}}
		>
			<h2>{title}</h2>
			<div class="fields">
				<Field label={words.name} name="name" value={product?.name} required maxLength={200} />
				<Field
					label={words.price}
					name="price"
					type="number"
					value={product?.price.amount}
					min={1}
					required
					hint={words.priceHint}
				/>
				<Field label={words.currency} name="currency" value={currency} required maxLength={3} />
				<Field
					label={words.stock}
					name="stock"
					type="number"
					value={product?.stock}
					min={0}
					required
					hint={product && words.keepStock}
				/>
				<Field label={words.description} name="description" rows={3} value={product?.description} maxLength={2_000} />
				<Field label={words.image} name="image" value={product?.imageUrl} />
			</div>
			<div class="actions">
				<button type="submit">{product ? words.change : words.add}</button>
				{onBack && (
					<button type="button" class="quiet" onClick={onBack}>
						{dialog.back}
					</button>
				)}
			</div>
		</form>
	);
}
