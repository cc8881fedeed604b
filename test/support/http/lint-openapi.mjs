// Prints what Spectral's and Redocly's recommended rules find in an OpenAPI document, as JSON: node lint-openapi.mjs <file>
import { readFileSync } from "node:fs";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import spectralCore from "@stoplight/spectral-core";
import spectralParsers from "@stoplight/spectral-parsers";
import spectralRulesets from "@stoplight/spectral-rulesets";

const source = readFileSync(process.argv[2], "utf8");
const spectral = new spectralCore.Spectral();
spectral.setRuleset({ extends: [[spectralRulesets.oas, "recommended"]] });
const found = await spectral.run(new spectralCore.Document(source, spectralParsers.Json, "openapi.json"));
const config = await createConfig({ extends: ["recommended"] });
const foundToo = await lintFromString({ source, absoluteRef: "openapi.json", config });
const lines = [
	...found.map(({ code, path, message }) => `${code} ${path.join(".")}: ${message}`),
	...foundToo.map(({ ruleId, location, message }) => `${ruleId} ${location[0]?.pointer}: ${message}`),
];
process.stdout.write(JSON.stringify(lines));
