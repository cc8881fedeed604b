import { getHeapStatistics } from "node:v8";

/** 16 kB were measured for each order, with its events and all of its documents, of which two messages are the most of one kind. */
const BYTES_EACH = 8_000;

/** The memory that a process may still take, in bytes: of V8's heap, and of the machine or the container. */
export interface MemoryLeft {
	heap: number;
	available: number;
}

/** The memory that this process may still take. */
export function memoryLeft(): MemoryLeft {
	const { heap_size_limit, used_heap_size } = getHeapStatistics();
	return { heap: heap_size_limit - used_heap_size, available: process.availableMemory() };
}

/** How many documents of one kind an audit can hold in this memory. */
export function documentsThatFit({ heap, available }: MemoryLeft): number {
	return Math.floor(Math.min(heap, available) / BYTES_EACH);
}
