import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transformFileSync } from "@swc/core";

const ROOT = join(__dirname, "..", "..");
/** The JavaScript that processes of tests run: compiling TypeScript in each of them would take a second. */
export const COMPILED = join(ROOT, "dist-test");
const SOURCES = ["services", "shared", "operator", "test/support", "test/bench"];

/** Compiles all sources to JavaScript, once before all tests. */
export default function compile(): void {
	const below = SOURCES.flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
	);
	const files = [...readdirSync(ROOT), ...below].filter((file) => file.endsWith(".ts"));
	for (const file of files) {
		const { code } = transformFileSync(join(ROOT, file), {
			jsc: { target: "es2022", parser: { syntax: "typescript" } },
			module: { type: "commonjs", ignoreDynamic: true },
			sourceMaps: "inline",
		});
		const target = join(COMPILED, file.replace(/\.ts$/, ".js"));
		mkdirSync(dirname(target), { recursive: true });
		// Replaces the file in one step: another test run may start processes from this folder.
		if (existsSync(target) && readFileSync(target, "utf8") === code) continue;
		writeFileSync(`${target}.new`, code);
		renameSync(`${target}.new`, target);
	}
}
