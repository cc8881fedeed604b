import { routeFrom, startRouter as startAt } from "../../shared/state/router";
import { routeOf } from "../rules/route";

export const route = routeFrom(routeOf);
export const startRouter = () => startAt((pathname) => routeOf(pathname).at !== "nowhere");
