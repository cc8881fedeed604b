import { ServiceBroker } from "moleculer";
import { check, compile, compileAll, JsonSchemaValidator } from "../../shared/calls/validation";

const accepts = (format: string, value: string) => {
	try {
		check(compile({ type: "object", properties: { field: { type: "string", format } } }), { field: value });
		return true;
	} catch {
		return false;
	}
};

describe("the format of a field", () => {
	it.each([
		["date-time", "2026-11-24T12:00:00Z", true],
		["date-time", "2026-11-24T12:00:00.123+09:00", true],
		["date-time", "1", false],
		["date-time", "2026-11-24", false],
		["date-time", "2026-02-30T12:00:00Z", false],
		["date-time", "2026-11-24T12:00:00", false],
		["uri-reference", "https://example.com/a?b=c", true],
		["uri-reference", "urn:shop:order", true],
		["uri-reference", "/relative", true],
		["uri-reference", "https://쇼핑.kr/이미지.png?x=[1]", true],
		["uri-reference", "http://?", false],
	])("%s accepts %s: %s", (format, value, valid) => {
		expect(accepts(format, value)).toBe(valid);
	});
});

describe("the schema of an action or event", () => {
	const broken = { type: "object", properties: { field: { type: "string", format: "emial" } } };
	const brokerWith = (schema: object) => {
		const broker = new ServiceBroker({ logger: false, validator: new JsonSchemaValidator({}) as never });
		broker.createService({ name: "gift", ...schema });
		return broker;
	};

	it.each([
		["an action", { actions: { wrap: { params: broken, handler: () => "wrapped" } } }],
		["an event", { events: { "order.placed": { params: broken, handler: () => undefined } } }],
	])("of %s is compiled later, unless all are asked for", (_, schema) => {
		const broker = brokerWith(schema);
		expect(() => compileAll(broker)).toThrow('unknown format "emial"');
	});

	it("is compiled once where others are equal", () => {
		const schema = () => ({ type: "object", properties: { id: { type: "string" } } });
		expect(compile(schema())).toBe(compile(schema()));
	});
});
