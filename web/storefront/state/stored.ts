import { effect, type Signal, signal } from "@preact/signals";

/**
 * A value that the browser keeps, and that all tabs of the shop share.
 * @param read makes a value of what was kept; undefined: nothing was
 */
export function stored<Value>(name: string, read: (kept: unknown) => Value): Signal<Value> {
	const key = `funshop.${name}`;
	const value = signal(read(parse(keptAt(key))));
	effect(() => keep(key, JSON.stringify(value.value)));
	addEventListener("storage", (event) => {
		if (event.key === key) value.value = read(parse(event.newValue));
	});
	return value;
}

/** Browsers may refuse to keep anything; then the value lasts as long as the page. */
function keptAt(key: string): string | null {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}

function keep(key: string, text: string): void {
	try {
		localStorage.setItem(key, text);
	} catch {
		// The page goes on without.
	}
}

function parse(text: string | null): unknown {
	try {
		return text === null ? undefined : JSON.parse(text);
	} catch {
		return undefined;
	}
}
