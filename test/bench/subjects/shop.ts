// The shop in one process, as `npm start` runs it, with its operations on LMDB counted.
import { countOperations } from "../../support/store/operation-counts";

const counts = countOperations();
process.on("message", (message) => message === "counts" && process.send?.({ counts: counts() }));
void import("../../../start.js");
