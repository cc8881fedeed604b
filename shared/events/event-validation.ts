import type { TSchema } from "@sinclair/typebox";
import type { ValidateFunction } from "ajv";
import { compile } from "../calls/validation";
import { type CloudEvent, EventSchemaOf } from "./event";

/**
 * Returns a function that checks an event against the data schema of its type; an event of an unknown type is not valid. A schema is
 * compiled with the first event of its type, so that the start does not wait for it.
 */
export function eventValidator(schemas: Readonly<Record<string, TSchema>>): (event: CloudEvent) => boolean {
	const compiled = new Map<string, ValidateFunction>();
	return (event) => {
		if (!Object.hasOwn(schemas, event.type)) return false;
		let validate = compiled.get(event.type);
		if (!validate) compiled.set(event.type, (validate = compile(EventSchemaOf(schemas[event.type]!))));
		return validate(event) as boolean;
	};
}
