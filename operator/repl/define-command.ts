import type { ServiceBroker } from "moleculer";
import { errorType, isRefusal } from "../../shared/domain/refusals";
import { UsageError } from "../command-line";

/** The part of moleculer-repl's argument that is used here. Its typings are wrong. */
interface Typed {
	/** The line that was typed, without quotes. */
	rawCommand: string;
}
type Answer = (broker: ServiceBroker, words: Record<string, string | undefined>) => Promise<string>;

/** A custom command of moleculer-repl. */
export interface ReplCommand {
	command: string;
	description: string;
	allowUnknownOptions: true;
	action(broker: ServiceBroker, typed: Typed): Promise<void>;
}

/**
 * Defines a REPL command that prints the result of `answer`, or where that rejects, one line with the reason and no stack.
 * @param syntax its name, then `<word>` for each required word, `[word]` for each optional one, and perhaps `[words...]` for the rest
 */
export function command(syntax: string, description: string, answer: Answer): ReplCommand {
	const names = [...syntax.matchAll(/[<[](\w+)/g)].map(([, name]) => name!);
	const required = [...syntax.matchAll(/<(\w+)>/g)].map(([, name]) => name!);
	const takesRest = syntax.endsWith("...]");
	return {
		command: syntax,
		// Moleculer's own commands come first in "help", these after them.
		description: `Shop: ${description}`,
		// Otherwise a word too many is logged with a stack.
		allowUnknownOptions: true,
		async action(broker, typed) {
			const words = typed.rawCommand
				.split(" ")
				.filter((word) => word !== "")
				.slice(1);
			try {
				if (words.length > names.length && !takesRest) throw new UsageError("there are too many words");
				const given = Object.fromEntries(
					names.flatMap((name, index) => {
						const isRest = takesRest && index === names.length - 1;
						const word = isRest ? words.slice(index).join(" ") : words[index];
						return word ? [[name, word]] : [];
					}),
				);
				const missing = required.find((name) => !given[name]);
				if (missing) throw new UsageError(`${missing} is missing`);
				console.log(await answer(broker, given));
			} catch (error) {
				console.log(error instanceof UsageError ? `${error.message}; usage: ${syntax}` : errorInWords(error));
			}
		},
	};
}

/** The text of an error for an operator; a refusal has its code. */
export function errorInWords(error: unknown): string {
	const { message } = error as Error;
	return isRefusal(error) ? `${errorType(error)}: ${message}` : `That failed: ${message}`;
}
