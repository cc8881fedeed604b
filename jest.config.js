module.exports = {
	testEnvironment: "node",
	roots: ["<rootDir>/test"],
	testMatch: ["**/*.spec.ts"],
	transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
	globalSetup: "<rootDir>/test/support/compile.ts",
	testSequencer: "<rootDir>/test/support/longest-first.js",
	maxWorkers: 2,
	testTimeout: 30_000,
};
