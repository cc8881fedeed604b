export const CRASH_POINTS = [
	"before commit",
	"after commit before delivery",
	"after delivery before mark",
	"after provider call before record",
	"after handler before ack",
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];
