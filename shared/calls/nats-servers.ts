import type { ConnectionOptions } from "nats";

/** The NATS client's options for these URLs. The client itself does not read user and password from a URL. */
export function natsServers(urls: readonly string[]): ConnectionOptions & { servers: string[] } {
	const parsed = urls.map((url) => new URL(url));
	const { username = "", password = "" } = parsed.find((url) => url.username !== "") ?? {};
	const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
	return {
		servers: parsed.map(({ hostname, port }) => `${hostname}:${port || 4222}`),
		...(user && (pass ? { user, pass } : { token: user })),
		...(parsed.some(({ protocol }) => protocol === "tls:") && { tls: {} }),
	};
}
