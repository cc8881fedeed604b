/** The reason why the process cannot start, in one line for the operator. It names no secrets. */
export class StartError extends Error {}
