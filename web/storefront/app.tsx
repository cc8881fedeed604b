import { Basket } from "./buying/basket";
import { Catalogue } from "./buying/catalogue";
import { MyPage } from "./orders/my-page";
import { OrderPage } from "./orders/order";
import { Product } from "./buying/product";
import { Header } from "./parts/header";
import { Page } from "./parts/page";
import { ShopAway } from "./parts/shop-away";
import { urlOf } from "./rules/route";
import { Announcer } from "../shared/parts/place";
import { route } from "./state/router";
import { customerId, texts } from "./state/visitor";

export function App() {
	const { footer } = texts.value;
	return (
		<>
			<Header />
			<ShopAway />
			<Here />
			<footer class="calm">{footer}</footer>
			<Announcer />
		</>
	);
}

function Here() {
	const place = route.value;
	const { nowhere } = texts.value;
	switch (place.at) {
		case "catalogue":
			return <Catalogue search={place.search} />;
		case "product":
			return <Product key={place.id} id={place.id} />;
		case "basket":
			return <Basket key={customerId.value} />;
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
