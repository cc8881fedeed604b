import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import { format, resolveConfig } from "prettier";
import { runCommand } from "../../operator/command-line";
import { ROUTES } from "../../services/api/api.routes";
import { openApiOf } from "../../services/api/documents/openapi";
import { OPERATOR_DOCUMENT } from "../../services/api/documents/operator-document";
import { SHOP_DOCUMENT } from "../../services/api/documents/shop-document";
import { OPERATOR_ROUTES } from "../../services/api/operator.routes";

const USAGE = `usage: npm run client-types [-- --check]
Writes the types by which the pages call the shop, from the shop's own OpenAPI document; with --check, compares only.
Exit code: 1 where a file is not current.`;

/** By file, the document whose types it has. */
const DOCUMENTS = {
	"web/shared/shop-api.ts": openApiOf(ROUTES, SHOP_DOCUMENT),
	"web/console/operator-api.ts": openApiOf(OPERATOR_ROUTES, OPERATOR_DOCUMENT),
};

runCommand(USAGE, async (args) => {
	for (const [file, document] of Object.entries(DOCUMENTS)) {
		const path = join(__dirname, "..", "..", file);
		const source = astToString(await openapiTS(JSON.stringify(document), { alphabetize: true }));
		const types = await format(`// Made by "npm run client-types".\n${source}`, {
			...(await resolveConfig(path)),
			parser: "typescript",
		});
		if (!args.includes("--check")) writeFileSync(path, types);
		else if (readFileSync(path, "utf8") !== types) {
			process.exitCode = 1;
			process.stderr.write(`${relative("", path)} is not current: run npm run client-types\n`);
		}
	}
});
