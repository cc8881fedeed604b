export const LANGUAGES = ["en", "ko"] as const;
export type Language = (typeof LANGUAGES)[number];
/** The name of each language in itself. */
export const NAMES: Readonly<Record<Language, string>> = { en: "English", ko: "한국어" };

/** The first language of the visitor that the page has. `wanted` is as in Accept-Language, such as `ko-KR`, most wanted first. */
export function languageFor(wanted: readonly string[]): Language {
	for (const tag of wanted) {
		const found = LANGUAGES.find((language) => tag.toLowerCase().split("-")[0] === language);
		if (found) return found;
	}
	return "en";
}

export function isLanguage(text: unknown): text is Language {
	return LANGUAGES.some((language) => language === text);
}
