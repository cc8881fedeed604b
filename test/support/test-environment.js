const { TestEnvironment } = require("jest-environment-node");

/**
 * Hands lmdb to the tests as one module for all files of tests of a worker. Its native part belongs to the process and keeps using the first module that opened an environment, which could
 * load nothing any more once its file of tests has ended.
 */
module.exports = class extends TestEnvironment {
	constructor(...options) {
		super(...options);
		this.global.lmdb = require("lmdb");
	}
};
