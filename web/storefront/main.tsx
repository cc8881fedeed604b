import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Schemas, shop } from "../shared/shop";
import "./storefront.css";

function Catalogue() {
	const [products, setProducts] = useState<Schemas["Product"][]>([]);
	useEffect(() => {
		void shop.GET("/products").then(({ data }) => data && setProducts(data.items));
	}, []);
	return (
		<main>
			<h1>Funshop</h1>
			<ul>
				{products.map(({ id, name }) => (
					<li key={id}>{name}</li>
				))}
			</ul>
		</main>
	);
}

render(<Catalogue />, document.getElementById("page")!);
