import type { ServiceBroker } from "moleculer";
import type { SamplesAdded } from "../services/product/product.schemas";

/** Adds the sample catalogue, unless the shop has other products. Resolves with the answer to the operator. */
export async function addSampleCatalogue(broker: ServiceBroker): Promise<string> {
	const { added } = await broker.call<SamplesAdded>("product.addSamples");
	return added ? "The sample catalogue is there." : "The shop has other products, so none were added.";
}
