const tseslint = require("typescript-eslint");

/** Rules that forbid imports replace each other, so each room's are put together here. */
const restricted = (...patterns) => ({ "@typescript-eslint/no-restricted-imports": ["error", { patterns }] });

const OTHER_SERVICE = {
	regex: "^\\.\\./[a-z]+/(?!.*\\.(events|schemas)$)",
	message: "Of another service, only what it tells (.events) and what it is asked (.schemas).",
};
const GATEWAY = { regex: "/api/", message: "Nobody stands behind the street door but those who are asked." };

module.exports = tseslint.config(
	{ ignores: ["dist/", "dist-test/", "node_modules/", "coverage/", "data/"] },
	{
		files: ["**/*.ts"],
		extends: [tseslint.configs.strict],
		languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: __dirname } },
		rules: {
			"no-console": "error",
			eqeqeq: "error",
			"no-duplicate-imports": ["error", { allowSeparateTypeImports: true }],
			"@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
			"@typescript-eslint/no-floating-promises": "error",
			"@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
			"@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
			"@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
			"prefer-const": ["error", { ignoreReadBeforeAssign: true }],
			// What is known here and not to the compiler is said by `!`.
			"@typescript-eslint/no-non-null-assertion": "off",
			"@typescript-eslint/no-invalid-void-type": "off",
		},
	},
	{ files: ["services/**/*.ts"], rules: restricted(OTHER_SERVICE, GATEWAY) },
	{
		files: ["services/*/*.rules.ts"],
		rules: restricted(
			OTHER_SERVICE,
			GATEWAY,
			{
				regex: "^(moleculer|lmdb|node:(?!crypto$))",
				message: "Rules are pure: time, ids and prices are arguments. Digests are pure too.",
			},
			{
				regex: "^(\\.\\./){2}(?!shared/(money|refusals|clock)$)|^\\.\\./[a-z]+/",
				allowTypeImports: true,
				message: "Rules import money, refusals, and types.",
			},
		),
	},
	{
		files: ["shared/**/*.ts"],
		rules: restricted({ regex: "^\\.\\./", message: "What is shared knows no service, and nothing that knows them." }),
	},
	{ files: ["operator/**/*.ts", "test/**/*.ts"], rules: { "no-console": "off" } },
	{ files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-explicit-any": "off" } },
);
