import type { SimulatedFaults } from "../../config";
import { type Clock, toRfc3339 } from "../../shared/domain/clock";

/** The faults of this process's simulated processor, as operators see them. */
export interface FaultsNow {
	faults: SimulatedFaults;
	/** What holds again at the end. */
	settings: SimulatedFaults;
	/** When what operators have set ends: RFC 3339; absent while the settings hold. */
	until?: string;
}

/** The faults of the settings, or others for a time. */
export class FaultControl {
	private set: { faults: SimulatedFaults; until: number } | undefined;
	private ending: NodeJS.Timeout | undefined;

	/** @param onChange called when other faults hold */
	constructor(
		private readonly settings: SimulatedFaults,
		private readonly clock: Clock,
		private readonly onChange: () => void,
	) {}

	get now(): SimulatedFaults {
		return this.set && this.set.until > this.clock.now() ? this.set.faults : this.settings;
	}

	/** Faults that are not named stay as they are. */
	change(faults: Partial<SimulatedFaults>, forMs: number): FaultsNow {
		this.set = { faults: { ...this.now, ...faults }, until: this.clock.now() + forMs };
		clearTimeout(this.ending);
		this.ending = setTimeout(this.onChange, forMs + 1).unref();
		this.onChange();
		return this.state;
	}

	/** The settings hold again. */
	reset(): FaultsNow {
		this.set = undefined;
		clearTimeout(this.ending);
		this.onChange();
		return this.state;
	}

	get state(): FaultsNow {
		const { settings, now: faults } = this;
		return { faults, settings, ...(faults !== settings && { until: toRfc3339(this.set!.until) }) };
	}
}
