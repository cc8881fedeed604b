import type { ServiceBroker } from "moleculer";
import { errorType, isRefusal } from "../../shared/domain/refusals";

/** The words after the command, by their names in its syntax, as moleculer-repl passes them. Its typings are wrong here. */
type Words = Readonly<Record<string, unknown>>;
type Answer = (broker: ServiceBroker, words: Record<string, string | undefined>) => Promise<string>;

/** A custom command of moleculer-repl. */
export interface ReplCommand {
	command: string;
	description: string;
	action(broker: ServiceBroker, words: Words): Promise<void>;
}

/** The command's arguments are wrong; the command then prints its usage. */
export class UsageError extends Error {}

/**
 * Defines a REPL command that prints the result of `answer`, or where that rejects, one line with the reason and no stack.
 * @param syntax its name, then `<word>` for each required word and `[word]` for each optional one
 */
export function command(syntax: string, description: string, answer: Answer): ReplCommand {
	const required = [...syntax.matchAll(/<(\w+)>/g)].map(([, name]) => name!);
	return {
		command: syntax,
		description,
		async action(broker, words) {
			const given = Object.fromEntries(
				Object.entries(words).flatMap(([name, word]) => (typeof word === "string" ? [[name, word]] : [])),
			);
			try {
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
