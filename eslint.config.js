const tseslint = require("typescript-eslint");

module.exports = tseslint.config(
	{
		ignores: [
			"web/shared/shop-api.ts",
			"web/console/operator-api.ts",
			"dist/",
			"dist-test/",
			"node_modules/",
			"coverage/",
			"data/",
		],
	},
	{
		files: ["**/*.{ts,mts,tsx}"],
		extends: [tseslint.configs.strict],
		languageOptions: {
			parserOptions: { project: ["./tsconfig.json", "./web/tsconfig.json"], tsconfigRootDir: __dirname },
		},
		rules: {
			"no-console": "error",
			eqeqeq: "error",
			"no-duplicate-imports": ["error", { allowSeparateTypeImports: true }],
			"@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
			// These have the clients of NATS and MongoDB, which are loaded where they are used: a shop of one process starts without them.
			"@typescript-eslint/no-require-imports": ["error", { allow: ["/(nats|jetstream|mongo)-[a-z]+$"] }],
			"@typescript-eslint/no-floating-promises": "error",
			"@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
			"@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
			"@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
			"prefer-const": ["error", { ignoreReadBeforeAssign: true }],
			// `!` states that a value exists where the compiler cannot know it.
			"@typescript-eslint/no-non-null-assertion": "off",
			"@typescript-eslint/no-invalid-void-type": "off",
		},
	},
	{ files: ["operator/**/*.ts", "test/**/*.ts", "web/build/**"], rules: { "no-console": "off" } },
	{ files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-explicit-any": "off" } },
);
