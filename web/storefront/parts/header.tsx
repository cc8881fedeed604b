import { LANGUAGES } from "../rules/languages";
import { urlOf } from "../rules/route";
import { basketCount } from "../state/basket";
import { route } from "../state/router";
import { language, texts } from "../state/visitor";
import { en } from "../texts/en";
import { ko } from "../texts/ko";

const NAMES = { en: en.name, ko: ko.name };

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
			<div class="languages" role="group" aria-label={nav.language}>
				{LANGUAGES.map((each) => (
					<button
						type="button"
						key={each}
						lang={each}
						aria-pressed={language.value === each}
						onClick={() => (language.value = each)}
					>
						{NAMES[each]}
					</button>
				))}
			</div>
		</header>
	);
}
