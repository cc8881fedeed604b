import Ajv, { type ErrorObject, type ValidateFunction } from "ajv/dist/2020";
// Only the formats: the package's entry would also load its comparison keywords.
import { fullFormats } from "ajv-formats/dist/formats";
import { type ServiceBroker, Validators } from "moleculer";
import { type FieldError, Refusal } from "../domain/refusals";

/** Checks the JSON Schemas of params, responses and events. A schema may use the formats that are added here, and no others. */
const ajv = new Ajv({
	allErrors: true,
	// An error then has its schema, whose description is the message for a pattern.
	verbose: true,
	strict: true,
	strictTypes: false,
	allowUnionTypes: true,
	ownProperties: true,
	// The schemas are the shop's own; to check them too would slow down every start.
	meta: false,
	validateSchema: false,
})
	.addFormat("text", { type: "string", validate: (text: string) => text.isWellFormed() && !text.includes("\0") })
	.addFormat("card-number", { type: "string", validate: isCardNumber })
	.addFormat("date-time", fullFormats["date-time"])
	// Not the package's, which knows no host or path beyond ASCII.
	.addFormat("uri-reference", { type: "string", validate: (text: string) => URL.canParse(text, "http://host") });

const FORMAT_MESSAGES: Record<string, string> = {
	text: "must be well-formed text without NUL",
	"card-number": "must be a card number: 12 to 19 digits that pass the Luhn check",
};

const MAX_ERRORS = 20;

/** By their text: Moleculer copies schemas, and services that handle the same event have equal ones. */
const compiled = new Map<string, ValidateFunction>();

/** Compiles a schema for {@link check}. @throws Error where it has an unknown keyword or format */
export function compile(schema: object): ValidateFunction {
	const text = JSON.stringify(schema);
	const known = compiled.get(text);
	if (known) return known;
	const validate = ajv.compile(schema);
	compiled.set(text, validate);
	return validate;
}

/** @throws Refusal VALIDATION_FAILED that names each invalid field; it contains no values */
export function check(validate: ValidateFunction, value: unknown): void {
	if (validate(value)) return;
	const errors = fieldErrors(validate.errors ?? []);
	const first = errors[0]!;
	throw new Refusal("invalid", "VALIDATION_FAILED", `${first.field}: ${first.message}`, { errors });
}

/**
 * Moleculer's validator for `params` of actions and events that are JSON Schemas. Moleculer's own actions use fastest-validator's schemas,
 * which the base class checks. A schema is compiled with its first value: a start that waited for all of them would take a third longer.
 */
export class JsonSchemaValidator extends Validators.Fastest {
	override compile(schema: Record<string, unknown>) {
		if (!isJsonSchema(schema)) return super.compile(schema);
		let validate: ValidateFunction | undefined;
		const checker = async (params: unknown) => {
			check((validate ??= compile(schema)), params);
			return true as const;
		};
		// Moleculer awaits an async checker; a Refusal that a sync checker throws would bypass the promise chain.
		return Object.assign(checker, { async: true }) as never;
	}
}

/** Compiles the `params` of all actions and events of a broker. @throws Error where one has an unknown keyword or format */
export function compileAll({ services }: ServiceBroker): void {
	const all = services.flatMap(({ schema }) =>
		[schema.actions, schema.events].flatMap((each) => Object.values(each ?? {})),
	);
	for (const { params } of all as Array<{ params?: Record<string, unknown> }>) {
		if (params && isJsonSchema(params)) compile(params);
	}
}

function isJsonSchema(schema: Record<string, unknown>): boolean {
	return schema.type === "object" && typeof schema.properties === "object";
}

function fieldErrors(errors: readonly ErrorObject[]): FieldError[] {
	const byField = new Map<string, string>();
	for (const error of errors) {
		const field = fieldOf(error);
		// A choice is a union of constants: each constant that differs makes an error of its own.
		const choices = errors.filter((other) => other.keyword === "const" && fieldOf(other) === field);
		const message =
			choices.length > 1
				? `must be one of ${choices.map(({ params }) => JSON.stringify(params.allowedValue)).join(", ")}`
				: messageOf(error);
		if (!byField.has(field)) byField.set(field, message);
	}
	return [...byField].slice(0, MAX_ERRORS).map(([field, message]) => ({ field, message }));
}

function fieldOf({ instancePath, keyword, params }: ErrorObject): string {
	const path = instancePath.split("/").slice(1);
	if (keyword === "required") path.push(params.missingProperty as string);
	if (keyword === "additionalProperties") path.push(printable(params.additionalProperty as string));
	return path.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")).join(".") || "body";
}

/** The caller chose the field's name: it is cut to 64 characters, and digits that may be a card number are removed. */
function printable(name: string): string {
	return name.slice(0, 64).replaceAll(/[0-9][0-9 -]{4,}/g, "…");
}

function messageOf({ keyword, params, message, parentSchema }: ErrorObject): string {
	if (keyword === "required") return "is required";
	if (keyword === "additionalProperties") return "is not a known field";
	if (keyword === "format") return FORMAT_MESSAGES[params.format as string] ?? "is malformed";
	if (keyword === "pattern") return `must be ${(parentSchema?.description as string | undefined) ?? "of another form"}`;
	if (keyword === "const" || keyword === "enum")
		return `must be one of ${JSON.stringify(params.allowedValues ?? params.allowedValue)}`;
	return message ?? "is not valid";
}

/** The Luhn check (ISO/IEC 7812-1, annex B) of 12 to 19 digits. */
function isCardNumber(text: string): boolean {
	if (!/^[0-9]{12,19}$/.test(text)) return false;
	const sum = [...text].reverse().reduce((total, digit, index) => {
		const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1);
		return total + (doubled > 9 ? doubled - 9 : doubled);
	}, 0);
	return sum % 10 === 0;
}
