/** The names of streams, buckets and subjects in JetStream of a shop with this namespace; "" is the default one. */
export function namesOf(namespace: string) {
	const stream = namespace === "" ? "FUNSHOP" : `FUNSHOP-${namespace}`;
	const prefix = namespace === "" ? "funshop" : namespace;
	return {
		stream,
		replays: `${stream}-REPLAYS`,
		tries: `${stream}-tries`,
		dead: `${stream}-dead`,
		subjectOf: (type: string) => `${prefix}.${type}`,
		typeOf: (subject: string) => subject.slice(prefix.length + 1),
		replaySubjectOf: (consumer: string) => `${prefix}-replays.${consumer}`,
	};
}

export type Names = ReturnType<typeof namesOf>;

const SEPARATOR = "--";

/** The durable consumer of a type that a service did not handle at first. */
export const laterDurable = (service: string, type: string) => `${service}${SEPARATOR}${type.replaceAll(".", "-")}`;

/** The service that a durable consumer belongs to. */
export const serviceOf = (durable: string) => durable.split(SEPARATOR)[0]!;

/** The stream behind a key-value bucket. */
export const streamOf = (bucket: string) => `KV_${bucket}`;
