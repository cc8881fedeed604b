import addFormats from "ajv-formats";
import Ajv from "ajv/dist/2020";
import type { Answer } from "./http";

/** Checks answers against an OpenAPI document. */
export class Documented {
	/** The answers that were checked, such as `get /products 200`. */
	readonly seen = new Set<string>();
	private readonly ajv = new Ajv({
		strict: false,
		validateSchema: false,
		formats: { text: true, "card-number": true },
	});

	constructor(private readonly document: any) {
		addFormats(this.ajv);
		this.ajv.addSchema(document, "document");
	}

	/** Expects that the answer is as the document describes it for this operation and status. */
	expect(method: string, template: string, { status, headers, body }: Answer<unknown>): void {
		const documented = this.document.paths[template][method].responses[status];
		expect(documented).toBeDefined();
		for (const name of Object.keys(documented.headers))
			expect([name, headers.get(name)]).toEqual([name, expect.any(String)]);
		const [type] = headers.get("content-type")!.split(";");
		expect(Object.keys(documented.content)).toContain(type);
		const pointer = ["paths", template, method, "responses", String(status), "content", type!, "schema"]
			.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
			.join("/");
		const validate = this.ajv.compile({ $ref: `document#/${pointer}` });
		validate(body);
		expect(validate.errors).toBeNull();
		this.seen.add(`${method} ${template} ${status}`);
	}

	/** The template of a path: one without parameters first. @throws Error where none fits */
	templateOf(path: string): string {
		const fits = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
		const found = Object.keys(this.document.paths)
			.filter(fits)
			.sort((one, other) => Number(one.includes("{")) - Number(other.includes("{")));
		if (!found[0]) throw new Error(`the document has no ${path}`);
		return found[0];
	}
}
