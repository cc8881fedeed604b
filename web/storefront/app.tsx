import { useEffect } from "preact/hooks";
import { Basket } from "./buying/basket";
import { Catalogue } from "./buying/catalogue";
import { MyPage } from "./orders/my-page";
import { OrderPage } from "./orders/order";
import { Product } from "./buying/product";
import { Header } from "./parts/header";
import { Page } from "./parts/page";
import { ShopAway } from "./parts/shop-away";
import { urlOf } from "./rules/route";
import { announcement } from "./state/announcement";
import { route } from "./state/router";
import { language, texts } from "./state/visitor";

export function App() {
	const { footer } = texts.value;
	useEffect(() => {
		document.documentElement.lang = language.value;
	}, [language.value]);
	return (
		<>
			<Header />
			<ShopAway />
			<Place />
			<footer class="calm">{footer}</footer>
			<div class="unseen" role="status">
				{announcement.value}
			</div>
		</>
	);
}

function Place() {
	const place = route.value;
	const { nowhere } = texts.value;
	switch (place.at) {
		case "catalogue":
			return <Catalogue search={place.search} />;
		case "product":
			return <Product key={place.id} id={place.id} />;
		case "basket":
			return <Basket />;
		case "myPage":
			return <MyPage />;
		case "order":
			return <OrderPage key={place.id} id={place.id} />;
		case "nowhere":
			return (
				<Page title={nowhere.title}>
					<a href={urlOf.catalogue()}>{nowhere.home}</a>
				</Page>
			);
	}
}
