import type { Faults, SetFaults } from "../../services/operator/operator.schemas";
import type { FaultsNow } from "../../services/payment/processor.faults";
import { busy } from "../../shared/domain/refusals";
import type { Answered, Processes } from "./processes";

const DEFAULT_FOR_S = 300;

/** The faults of the simulated payment processor in all processes of payment. */
export class FaultsOfProcesses {
	constructor(private readonly processes: Pick<Processes, "ask">) {}

	async get(): Promise<Faults> {
		const answered = await this.processes.ask<FaultsNow>("payment.faults");
		// There is no other payment processor yet.
		return { isSimulated: true, processes: answered.map(({ nodeId, answer }) => ({ nodeId, ...answer })) };
	}

	/** Resolves with the outcome in words, as {@link reset}. @throws Refusal SERVICE_UNAVAILABLE where no process of payment answers */
	async set({ forS = DEFAULT_FOR_S, ...faults }: SetFaults): Promise<string> {
		const params = { ...faults, forMs: forS * 1_000 };
		return this.tell(`for ${forS} s`, await this.processes.ask<FaultsNow>("payment.setFaults", params));
	}

	async reset(): Promise<string> {
		return this.tell("as the settings say", await this.processes.ask<FaultsNow>("payment.resetFaults"));
	}

	private tell(how: string, answered: ReadonlyArray<Answered<FaultsNow>>): string {
		const nodesWhere = (isSet: boolean) =>
			answered.filter(({ answer }) => (answer !== undefined) === isSet).map(({ nodeId }) => nodeId);
		const [set, silent] = [nodesWhere(true), nodesWhere(false)];
		if (set.length === 0) throw busy("SERVICE_UNAVAILABLE", "No process of payment answers.");
		return `The faults are set ${how} in ${set.join(", ")}${silent.length > 0 ? `; ${silent.join(", ")} did not answer` : ""}.`;
	}
}
