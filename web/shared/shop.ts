import createClient from "openapi-fetch";
import type { components, paths } from "./shop-api";

/** Calls the shop by its OpenAPI document, at the origin of the page. */
export const shop = createClient<paths>();

export type Schemas = components["schemas"];
