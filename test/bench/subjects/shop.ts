// The shop as `npm start` runs it, all of it or the services that SERVICES names, with its operations counted, and profiled on request.
import { answerCounts } from "../../support/shop/counts";
import { answerProfileRequests } from "./profiler";

answerCounts();
answerProfileRequests();
void import("../../../start.js");
