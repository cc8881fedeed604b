import { type ChildProcess, spawn } from "node:child_process";

/**
 * Kills a child when this process ends, also by `kill -9`: a shell reads its input, which the system closes when this process ends, and
 * then kills the child. The shell ends with the child.
 */
export function endWithThisProcess(child: ChildProcess): void {
	if (child.pid === undefined) return;
	const guard = spawn("sh", ["-c", 'read -r _; kill -KILL "$0"', String(child.pid)], {
		stdio: ["pipe", "ignore", "ignore"],
		// A group of its own: Ctrl-C in a terminal goes to every process of this one's group.
		detached: true,
	});
	guard.on("error", () => undefined);
	guard.stdin.on("error", () => undefined);
	guard.unref();
	(guard.stdin as unknown as { unref(): void }).unref();
	child.once("exit", () => guard.kill("SIGKILL"));
}
