import { effect } from "@preact/signals";
import { isLanguage, languageFor } from "../rules/languages";
import { stored } from "./stored";

/** The language of both pages: what the browser wants first, until the visitor chooses. */
export const language = stored("language", (kept) => (isLanguage(kept) ? kept : languageFor(navigator.languages)));

effect(() => {
	document.documentElement.lang = language.value;
});
