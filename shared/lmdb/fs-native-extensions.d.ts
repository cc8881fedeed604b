/** Locks on open files, which the system takes back when their process ends: `fcntl` with F_OFD_SETLK on Linux, `flock` on macOS, LockFileEx on Windows. */
declare module "fs-native-extensions" {
	/** Returns false where another open file has a lock that excludes this one. The lock is exclusive unless it is `shared`. */
	export function tryLock(fd: number, options?: { shared?: boolean }): boolean;
	export function unlock(fd: number): void;
}
