/** Answers that are kept; the ones that were asked for last. */
const KEPT = 500;
/** Of JSON, of all kept answers. */
const KEPT_BYTES = 8 * 1024 * 1024;

interface Kept<Answer> {
	answer: Answer;
	parts: readonly unknown[];
	bytes: number;
}

/**
 * Gives out the same answer for as long as it is made of the same parts, so that what follows from it, as its JSON, is made once too. Nobody may change
 * the answer.
 */
export class SameAgain<Answer extends object> {
	private readonly kept = new Map<string, Kept<Answer>>();
	private bytes = 0;

	/**
	 * The answer that was kept under `key` if it was made of the same parts, else `answer`, which is kept then.
	 * @param parts all that the answer depends on
	 * @param bytesOf the size of the answer's JSON
	 */
	of(key: string, answer: Answer, parts: readonly unknown[], bytesOf: () => number): Answer {
		const known = this.kept.get(key);
		const isSame = known && known.parts.length === parts.length && known.parts.every((part, at) => part === parts[at]);
		const kept = isSame ? known : { answer, parts, bytes: bytesOf() };
		this.kept.delete(key);
		this.kept.set(key, kept);
		this.bytes += kept.bytes - (known?.bytes ?? 0);
		for (const [oldest, { bytes }] of this.kept) {
			if (this.kept.size <= KEPT && this.bytes <= KEPT_BYTES) break;
			this.kept.delete(oldest);
			this.bytes -= bytes;
		}
		return kept.answer;
	}
}
