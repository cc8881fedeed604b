import { LanguageSwitch } from "../../shared/parts/language-switch";
import { urlOf } from "../rules/route";
import { route } from "../state/router";
import { texts } from "../state/words";

const PLACES = ["look", "orders", "deadLetters", "audits", "faults", "products", "processes", "trail"] as const;
/** By place, the one in the navigation that it belongs to. */
const WITHIN: Record<string, string> = { order: "orders", deadLetter: "deadLetters", audit: "audits" };

export function Header() {
	const { skip, nav, title, toShop } = texts.value;
	const { at } = route.value;
	return (
		<header class="top console">
			<a class="skip" href="#content">
				{skip}
			</a>
			<a class="brand" href={urlOf.look()}>
				<img src="/pictures/icon.svg" alt="" width={28} height={28} />
				<span>{title}</span>
			</a>
			<a href="/">{toShop}</a>
			<LanguageSwitch label={nav.language} />
			<nav aria-label={nav.label}>
				{PLACES.map((place) => (
					<a key={place} href={urlOf[place]()} aria-current={(WITHIN[at] ?? at) === place ? "page" : undefined}>
						{nav[place]}
					</a>
				))}
			</nav>
		</header>
	);
}
