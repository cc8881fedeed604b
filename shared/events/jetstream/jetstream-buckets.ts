import { createHash } from "node:crypto";
import type { JetStreamConnection } from "./jetstream-connection";
import { streamOf } from "./jetstream-names";
import { readThrough } from "./jetstream-reading";

/** The subjects of a consumer's values in a bucket; without a consumer, those of all. */
export const subjectsOf = (bucket: string, consumer = "*") => `$KV.${bucket}.${consumer}.*`;

/** The consumer in the subject of one of its values. */
export const consumerIn = (subject: string) => subject.split(".")[2]!;

/** The key of a consumer's value for an event. The id is hashed, because keys allow few characters and ids any. */
export function keyOf(consumer: string, eventId: string): string {
	return `${consumer}.${createHash("sha256").update(eventId).digest("base64url")}`;
}

/** The subject of a consumer's value for an event. */
export const subjectOf = (bucket: string, consumer: string, eventId: string) =>
	`$KV.${bucket}.${keyOf(consumer, eventId)}`;

/** All values in a bucket, oldest first. @throws Error where NATS goes away meanwhile */
export async function* valuesOf<Value>(
	connection: JetStreamConnection,
	bucket: string,
	consumer?: string,
): AsyncIterable<Value> {
	for await (const message of readThrough(connection, streamOf(bucket), [subjectsOf(bucket, consumer)])) {
		const isRemoval = Boolean(message.headers?.get("KV-Operation"));
		if (!isRemoval) yield message.json<Value>();
	}
}
