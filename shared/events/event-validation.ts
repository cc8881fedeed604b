import type { TSchema } from "@sinclair/typebox";
import type { ValidateFunction } from "ajv";
import { compile } from "../calls/validation";
import { type CloudEvent, EventSchemaOf } from "./event";

/**
 * Tells whether an event is what its type says, of types by the shape of their data; of none other. It is made ready for a type when one
 * first comes, so that no start waits for it.
 */
export function eventValidator(shapes: Readonly<Record<string, TSchema>>): (event: CloudEvent) => boolean {
	const ready = new Map<string, ValidateFunction>();
	return (event) => {
		if (!Object.hasOwn(shapes, event.type)) return false;
		let validate = ready.get(event.type);
		if (!validate) ready.set(event.type, (validate = compile(EventSchemaOf(shapes[event.type]!))));
		return validate(event) as boolean;
	};
}
