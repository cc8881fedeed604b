import { MongoNetworkError, MongoServerError } from "mongodb";
import { isTransient } from "../../shared/domain/refusals";
import { afterFailure } from "../../shared/events/retry-policy";
import { inTime } from "../../shared/store/mongo/mongo-connection";

const answered = (answer: object) => new MongoServerError({ message: "", ...answer });
const refusalOf = (error: unknown): Promise<unknown> => inTime(() => Promise.reject(error)).catch((refused) => refused);

describe("an error of MongoDB that passes by itself", () => {
	it.each([
		117, 175, 202, 211, 215, 216, 237, 246, 285, 319, 338, 355, 365, 371, 402, 407, 433, 462, 64, 91, 189, 10107, 11602,
	])("code %i: the store is away, and an event is tried again for ever", async (code) => {
		const refused = await refusalOf(answered({ code }));
		expect(refused).toMatchObject({ type: "STORE_UNAVAILABLE", code: 503 });
		expect(isTransient(refused)).toBe(true);
		expect(afterFailure({ tries: 3, attempts: 9, reason: "" }, refused).tries).toBe(3);
	});

	it.each(["RetryableError", "SystemOverloadedError", "RetryableWriteError"])(
		"of any code with the label %s: the store is away",
		async (label) => {
			expect(await refusalOf(answered({ code: 999_999, errorLabels: [label] }))).toMatchObject({ code: 503 });
		},
	);

	it("of a connection that broke: the store is away", async () => {
		expect(await refusalOf(new MongoNetworkError("closed"))).toMatchObject({ code: 503 });
	});
});

describe("a document that is too large for MongoDB", () => {
	it.each<[string, unknown]>([
		["the driver's buffer ends", Object.assign(new RangeError("offset"), { code: "ERR_OUT_OF_RANGE" })],
		["an insert is refused", answered({ code: 2, message: "object to insert too large. size in bytes: 16777300" })],
		["the server refuses its size", answered({ code: 10_334, message: "BSONObj size: 16777300 is invalid" })],
		[
			"an update is refused",
			answered({ code: 17_419, message: "Resulting document after update is larger than 16777216" }),
		],
	])("is refused, and not tried again for ever: %s", async (_name, error) => {
		const refused = await refusalOf(error);
		expect(refused).toMatchObject({ type: "DOCUMENT_TOO_LARGE", code: 409 });
		expect(isTransient(refused)).toBe(false);
		expect(afterFailure(undefined, refused).tries).toBe(1);
	});
});

describe("any other error of MongoDB", () => {
	it.each<[string, unknown]>([
		["a missing right", answered({ code: 13 })],
		["a bad value", answered({ code: 2, message: "unknown operator" })],
		["an endless recursion", new RangeError("Maximum call stack size exceeded")],
	])("stays a defect: %s", async (_name, error) => {
		expect(await refusalOf(error)).toBe(error);
	});
});
