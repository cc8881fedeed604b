import { LANGUAGES, NAMES } from "../rules/languages";
import { language } from "../state/language";

/** @param label for screen readers */
export function LanguageSwitch({ label }: { label: string }) {
	return (
		<div class="languages" role="group" aria-label={label}>
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
	);
}
