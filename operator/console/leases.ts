import type { Clock } from "../../shared/domain/clock";
import type { Collection, Stored } from "../../shared/store/store";

/** A holder that does not extend its lease has ended. */
const LEASE_MS = 15_000;
const EXTEND_EVERY_MS = 3_000;

interface KeptLease extends Stored {
	holder: string;
	/** Milliseconds since 1970. */
	until: number;
}

/** Holds something that one process of the shop may do at a time. */
export interface Lease {
	/** Resolves with false where another one has taken it meanwhile, as this process stood still. */
	extend(): Promise<boolean>;
	end(): Promise<void>;
}

/** Leases by name, in a store that all processes of the service share. */
export class Leases {
	constructor(
		private readonly leases: Collection<KeptLease>,
		private readonly clock: Clock,
	) {}

	/** Resolves with undefined where another holder has it. It is extended by itself while this process runs. */
	async take(name: string, holder: string): Promise<Lease | undefined> {
		const found = await this.leases.load(name);
		if (found && found.until > this.clock.now()) return undefined;
		let kept = await this.leases.save({ _id: name, holder, until: this.clock.now() + LEASE_MS }, found);
		if (!kept) return undefined;
		let last: Promise<boolean> = Promise.resolve(true);
		const write = (until: number) => async () => {
			kept = kept && ((await this.leases.save({ ...kept, until }, kept)) ?? (await this.renew(kept, until)));
			return kept !== undefined;
		};
		const extend = () => (last = last.catch(() => true).then(write(this.clock.now() + LEASE_MS)));
		const extending = setInterval(() => void extend().catch(() => undefined), EXTEND_EVERY_MS);
		return {
			extend,
			end: async () => {
				clearInterval(extending);
				await last.catch(() => undefined);
				await write(0)();
			},
		};
	}

	/** Extends a lease that an earlier write has extended, although that was answered as failed. */
	private async renew({ _id, holder }: KeptLease, until: number): Promise<KeptLease | undefined> {
		const found = await this.leases.load(_id);
		return found?.holder === holder ? this.leases.save({ ...found, until }, found) : undefined;
	}

	/** The holder of a lease; undefined where nobody holds it. */
	async holder(name: string): Promise<string | undefined> {
		const found = await this.leases.load(name);
		return found && found.until > this.clock.now() ? found.holder : undefined;
	}
}
