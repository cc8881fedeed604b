import { errorType, isRefusal } from "../../shared/domain/refusals";

/** The text of an error for an operator; a refusal has its code. */
export function inWords(error: unknown): string {
	const { message } = error as Error;
	return isRefusal(error) ? `${errorType(error)}: ${message}` : message;
}
