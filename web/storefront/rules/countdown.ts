/** Whole seconds from `now` until `until`, at least zero; both in milliseconds since 1970. */
export function secondsUntil(until: number, now: number): number {
	return Math.max(0, Math.ceil((until - now) / 1_000));
}

/** Seconds as a clock shows them: `0:09`, `29:59`, `1:00:00`. */
export function clockOf(seconds: number): string {
	const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
	const two = (value: number) => String(value).padStart(2, "0");
	return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/**
 * How far the shop's clock is ahead of this one, in milliseconds, from the Date header of an answer that took from `sentAt` to `receivedAt`.
 * Undefined where they agree as far as that can be told: the header has whole seconds.
 */
export function clockAhead(date: string | null, sentAt: number, receivedAt: number): number | undefined {
	const from = Date.parse(date ?? "");
	if (Number.isNaN(from)) return undefined;
	// The shop's time was within that second, while the answer was on its way.
	const [least, most] = [from - receivedAt, from + 1_000 - sentAt];
	return least <= 0 && most >= 0 ? 0 : (least + most) / 2;
}
