import { signal } from "@preact/signals";
import createClient from "openapi-fetch";
import { ask as askOnce, type Answered, type Call } from "../../shared/asking";
import { stored } from "../../shared/state/stored";
import type { components, paths } from "../operator-api";

export type Schemas = components["schemas"];

const KEY = "funshop.operator-token";

/** The operator's token, for as long as the tab is open; empty where there is none. */
const token = signal(keptToken());
/** Whether the shop asked for the token; `wrong`: it knows another one. */
export const tokenNeeded = signal<"no" | "needed" | "wrong">("no");
/** The operator's name for the trail; nobody checks it. */
export const operatorName = stored("operator-name", (kept) => (typeof kept === "string" ? kept : ""));

/** Calls the operator's API by its OpenAPI document. */
export const operator = createClient<paths>();
operator.use({
	onRequest({ request }) {
		if (token.value !== "") request.headers.set("Authorization", `Bearer ${token.value}`);
		if (/^[\x20-\x7e]{1,64}$/.test(operatorName.value)) request.headers.set("X-Operator", operatorName.value);
		return request;
	},
});

/** Asks once, and notes where the token is needed. Rejects only where the call was aborted. */
export async function ask<Data>(call: Call<Data>): Promise<Answered<Data>> {
	const answered = await askOnce(call);
	if ("refused" in answered && answered.refused.status === 401)
		tokenNeeded.value = answered.refused.code === "WRONG_TOKEN" ? "wrong" : "needed";
	return answered;
}

/** Takes the token if the shop does. */
export async function giveToken(given: string): Promise<Answered<unknown>> {
	keepToken(given);
	const answered = await ask(() => operator.GET("/operator/api/trail", { params: { query: { limit: 1 } } }));
	if ("data" in answered) tokenNeeded.value = "no";
	else if (answered.refused.status === 401) keepToken("");
	return answered;
}

function keptToken(): string {
	try {
		return sessionStorage.getItem(KEY) ?? "";
	} catch {
		return "";
	}
}

function keepToken(given: string): void {
	token.value = given;
	try {
		if (given === "") sessionStorage.removeItem(KEY);
		else sessionStorage.setItem(KEY, given);
	} catch {
		// A reload asks for it again.
	}
}
