import { LANGUAGES } from "../../shared/rules/languages";
import { language } from "../../shared/state/language";
import { urlOf } from "../rules/route";
import { route } from "../state/router";
import { texts } from "../state/words";
import { en } from "../texts/en";
import { ko } from "../texts/ko";

const NAMES = { en: en.name, ko: ko.name };
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
