import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { tryLock, unlock } from "fs-native-extensions";

const LOOK_EVERY_MS = 2;

/** A lock on a file among the processes of a machine. The system takes it back when its process ends, `kill -9` included. */
export class FileLock {
	private isOpen = true;

	private constructor(private readonly fd: number) {}

	/** Opens the file, which is made where it does not exist. Undefined on a disk that nobody can write. */
	static open(path: string): FileLock | undefined {
		try {
			return new FileLock(openSync(path, "a+"));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "EROFS") return undefined;
			throw error;
		}
	}

	/** Whether it is locked now: others may share a shared lock, and nobody an exclusive one. Never where it is closed. */
	tryLock(kind: "shared" | "exclusive"): boolean {
		return this.isOpen && tryLock(this.fd, { shared: kind === "shared" });
	}

	/** As {@link tryLock}, for up to this many milliseconds. */
	async lock(kind: "shared" | "exclusive", withinMs: number): Promise<boolean> {
		const until = performance.now() + withinMs;
		while (!this.tryLock(kind)) {
			if (performance.now() > until) return false;
			await sleep(Math.random() * LOOK_EVERY_MS);
		}
		return true;
	}

	/** Does nothing once it is closed: another file may have got its number. */
	unlock(): void {
		if (this.isOpen) unlock(this.fd);
	}

	/** Unlocks it too. */
	close(): void {
		this.isOpen = false;
		closeSync(this.fd);
	}
}
