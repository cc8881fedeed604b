const { default: Sequencer } = require("@jest/test-sequencer");

/** The longest test files. They begin first: begun last, one of them would run alone at the end. */
const LONGEST = ["cluster/crash", "cluster/frozen", "cluster/mongo-away", "cluster/rolling", "process/crash"];

module.exports = class LongestFirst extends Sequencer {
	sort(tests) {
		const rank = ({ path }) => {
			const place = LONGEST.findIndex((name) => path.endsWith(`test/${name}.spec.ts`));
			return place === -1 ? LONGEST.length : place;
		};
		return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
	}
};
