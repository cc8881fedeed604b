/** What ends a start, in one line for whoever runs the shop. It names no secrets. */
export class StartError extends Error {}
