import type { ServiceBroker, ServiceSchema } from "moleculer";
import ApiGateway from "moleculer-web";

/** Serves these aliases by bare moleculer-web on PORT of 127.0.0.1, and ends with the process that forked this one. */
export function serve(broker: ServiceBroker, aliases: Readonly<Record<string, string>>): void {
	broker.createService({
		name: "api",
		mixins: [ApiGateway as ServiceSchema],
		settings: {
			port: Number(process.env.PORT),
			ip: "127.0.0.1",
			logRequest: null,
			logResponse: null,
			routes: [{ bodyParsers: { json: true }, aliases }],
		},
	} as ServiceSchema);
	process.once("disconnect", () => process.exit(0));
	void broker.start();
}
