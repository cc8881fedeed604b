import { type BrokerOptions, ServiceBroker, type ServiceSchema } from "moleculer";
import ApiGateway from "moleculer-web";

const { SERVICES, TRANSPORTER } = process.env;

/** A broker of this process, on NATS where TRANSPORTER names it. */
export function openBroker(): ServiceBroker {
	// Moleculer takes a URL; its typings know only names.
	return new ServiceBroker({ logger: false, transporter: TRANSPORTER as BrokerOptions["transporter"] });
}

/** Whether this process runs a service: SERVICES names those, all where it is not set. */
export function runs(service: string): boolean {
	return SERVICES === undefined || SERVICES.split(",").includes(service);
}

/**
 * Starts the broker, and ends with the process that forked this one. Where this process runs the api, bare moleculer-web serves these aliases on PORT
 * of 127.0.0.1, as soon as it knows all services that they call.
 */
export function serve(broker: ServiceBroker, aliases: Readonly<Record<string, string>>): void {
	if (runs("api")) {
		broker.createService({
			name: "api",
			mixins: [ApiGateway as ServiceSchema],
			dependencies: [...new Set(Object.values(aliases).map((action) => action.split(".")[0]!))],
			settings: {
				port: Number(process.env.PORT),
				ip: "127.0.0.1",
				logRequest: null,
				logResponse: null,
				routes: [{ bodyParsers: { json: true }, aliases }],
			},
		} as ServiceSchema);
	}
	process.once("disconnect", () => process.exit(0));
	void broker.start();
}
