const { default: Sequencer } = require("@jest/test-sequencer");

/**
 * The longest test files. They begin first: begun last, one of them would run alone at the end. Two run at a time: the processes that are left in `frozen` need what
 * `crash` takes, so it begins beside `nats-away`, which mostly waits.
 */
const LONGEST = [
	"cluster/frozen",
	"cluster/nats-away",
	"cluster/crash",
	"cluster/mongo-away",
	"cluster/rolling",
	"process/crash",
];

module.exports = class LongestFirst extends Sequencer {
	sort(tests) {
		const rank = ({ path }) => {
			const place = LONGEST.findIndex((name) => path.endsWith(`test/${name}.spec.ts`));
			return place === -1 ? LONGEST.length : place;
		};
		return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
	}
};
