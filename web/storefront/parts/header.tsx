import { LanguageSwitch } from "../../shared/parts/language-switch";
import { urlOf } from "../rules/route";
import { basketCount } from "../state/basket";
import { route } from "../state/router";
import { texts } from "../state/visitor";

export function Header() {
	const { skip, nav, shop } = texts.value;
	const { at } = route.value;
	const current = (...places: string[]) => (places.includes(at) ? "page" : undefined);
	return (
		<header class="top">
			<a class="skip" href="#content">
				{skip}
			</a>
			<a class="brand" href={urlOf.catalogue()}>
				<img src="/pictures/icon.svg" alt="" width={32} height={32} />
				<span>{shop.name}</span>
			</a>
			<nav aria-label={nav.label}>
				<a href={urlOf.catalogue()} aria-current={current("catalogue", "product")}>
					{nav.catalogue}
				</a>
				<a href={urlOf.basket()} aria-current={current("basket")}>
					{nav.basket}
					{basketCount.value > 0 && (
						<>
							{" "}
							<span class="count">{basketCount.value}</span>
							<span class="unseen">{nav.items(basketCount.value)}</span>
						</>
					)}
				</a>
				<a href={urlOf.myPage()} aria-current={current("myPage", "order")}>
					{nav.myPage}
				</a>
			</nav>
			<LanguageSwitch label={nav.language} />
		</header>
	);
}
