module.exports = {
	testEnvironment: "<rootDir>/test/support/test-environment.js",
	roots: ["<rootDir>/test"],
	testMatch: ["**/*.spec.ts"],
	moduleNameMapper: {
		"^lmdb$": "<rootDir>/test/support/store/lmdb.js",
		// lmdb is loaded outside of the tests.
		"/compress-when-written$": "<rootDir>/test/support/store/lmdb.js",
	},
	transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
	globalSetup: "<rootDir>/test/support/compile.ts",
	testSequencer: "<rootDir>/test/support/longest-first.js",
	maxWorkers: 2,
	testTimeout: 30_000,
};
