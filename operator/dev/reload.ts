import type { ServiceBroker } from "moleculer";
import { serviceFile } from "../../shop";
import { SERVICE_NAMES, type ServiceName } from "../../config";

const START_WITHIN_MS = 10_000;

/** The request that `npm run dev` sends to the shop's process after a save. */
export interface ReloadRequest {
	/** The saved files. */
	changed: string[];
}

/** The answer of the shop's process. */
export interface ReloadAnswer {
	/** The services that run from their new sources; undefined: the process has to be restarted. */
	reloaded?: ServiceName[];
}

/** A loaded module, with the modules that it requires. */
export type LoadedModule = Pick<NodeModule, "filename" | "children">;

/**
 * The services that use the changed files, with the loaded files that have to be loaded again.
 * @returns undefined where a changed file is also used by others than services, such as the composition root: then a reload would leave two
 * versions of it in the process
 */
export function planReload(
	changed: readonly string[],
	loaded: readonly LoadedModule[],
): { services: ServiceName[]; files: string[] } | undefined {
	const users = new Map<string, string[]>();
	for (const { filename, children } of loaded) {
		for (const child of children) users.set(child.filename, [...(users.get(child.filename) ?? []), filename]);
	}
	const isLoaded = new Set(loaded.map(({ filename }) => filename));
	const files = new Set(changed.filter((file) => isLoaded.has(file)));
	const services = new Set<ServiceName>();
	// The set grows while it is walked.
	for (const file of files) {
		const [service, usedBy] = [serviceOf(file), users.get(file) ?? []];
		if (service) services.add(service);
		else if (usedBy.length === 0) return undefined;
		for (const user of usedBy) files.add(user);
	}
	return { services: [...services], files: [...files] };
}

/** Answers the requests of `npm run dev`. */
export function reloadOnRequest(broker: ServiceBroker): void {
	process.on("message", ({ changed }: ReloadRequest) => {
		const answer = (reloaded?: ServiceName[]) => process.send?.({ reloaded } satisfies ReloadAnswer);
		reload(broker, changed).then(answer, (error) => {
			broker.getLogger("shop").warn(`A service could not be reloaded: ${(error as Error).message}`);
			answer();
		});
	});
}

async function reload(broker: ServiceBroker, changed: readonly string[]): Promise<ServiceName[] | undefined> {
	const loaded = Object.values(require.cache).filter((found) => found !== undefined);
	const plan = planReload(
		changed,
		loaded.filter(({ filename }) => !filename.includes("node_modules")),
	);
	if (!plan) return undefined;
	for (const file of plan.files) Reflect.deleteProperty(require.cache, file);
	for (const name of plan.services) {
		const running = broker.getLocalService(name);
		// A service that was stopped by hand stays stopped.
		if (!running) continue;
		await broker.destroyService(running);
		broker.loadService(serviceFile(name));
		await broker.waitForServices(name, START_WITHIN_MS);
	}
	return plan.services;
}

function serviceOf(file: string): ServiceName | undefined {
	return SERVICE_NAMES.find((name) => file === `${serviceFile(name)}.ts`);
}
