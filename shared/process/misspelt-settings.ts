import leven from "leven";

/** A variable that begins like this is meant for the shop. */
const OWN_PREFIX = /^(FUNSHOP|PAYMENT|NOTIFY|MONGO_URI|ORDER_EXPIRES|PROTECTED|OPERATOR)_/;
/** Shorter names are one edit away from words of other programs, as HOST is from HOSTS. */
const LONG_ENOUGH = 6;
/** Kubernetes gives each pod such variables for each Service of its namespace, and a Service may be called "payment". */
const OF_KUBERNETES = { name: /_SERVICE_(HOST|PORT\w*)$|_PORT_\d+_/, value: /^(tcp|udp|sctp):\/\// };

/**
 * The first variable that looks like one of the `known` settings and is none: it begins as one, or is one edit away from one. `meant` is
 * the setting with the most similar name. Empty variables do not count.
 */
export function findMisspelt(
	env: Readonly<Record<string, string | undefined>>,
	known: ReadonlySet<string>,
): { name: string; meant: string } | undefined {
	for (const [name, value] of Object.entries(env)) {
		if (!value?.trim() || known.has(name)) continue;
		if (OF_KUBERNETES.name.test(name) || OF_KUBERNETES.value.test(value)) continue;
		const meant = nearest(name, known);
		const isOneEdit = meant.length >= LONG_ENOUGH && leven(name, meant) === 1;
		if (OWN_PREFIX.test(name) || isOneEdit) return { name, meant };
	}
	return undefined;
}

/** The setting with the most similar name. */
function nearest(name: string, known: ReadonlySet<string>): string {
	const settings = [...known].map((setting) => ({ setting, edits: distance(name, setting) }));
	return settings.reduce((best, other) => (other.edits < best.edits ? other : best)).setting;
}

/** Edits from one name to the other; a name that only lacks its last words, or has words before it, is nearest. */
function distance(name: string, setting: string): number {
	return setting.startsWith(`${name}_`) || name.endsWith(`_${setting}`) ? 0 : leven(name, setting);
}
