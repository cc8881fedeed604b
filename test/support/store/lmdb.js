module.exports = globalThis.lmdb;
