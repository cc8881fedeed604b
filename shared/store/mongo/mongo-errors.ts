import {
	MongoClientClosedError,
	MongoExpiredSessionError,
	MongoNetworkError,
	MongoNotConnectedError,
	MongoOperationTimeoutError,
	MongoServerClosedError,
	MongoServerError,
	MongoServerSelectionError,
	MongoStalePrimaryError,
	MongoTopologyClosedError,
	MongoWriteConcernError,
	type TopologyDescription,
} from "mongodb";

const AWAY_ERRORS = [
	MongoNetworkError,
	MongoServerSelectionError,
	MongoOperationTimeoutError,
	MongoNotConnectedError,
	MongoTopologyClosedError,
	MongoServerClosedError,
	MongoClientClosedError,
	MongoExpiredSessionError,
	MongoStalePrimaryError,
	MongoWriteConcernError,
];

/** The server's error codes for failures that pass by themselves, with their names in the server's `error_codes.yml`. */
const AWAY_CODES: Readonly<Record<number, string>> = {
	// The server, or the one that it asks, cannot be reached in time.
	6: "HostUnreachable",
	7: "HostNotFound",
	89: "NetworkTimeout",
	133: "FailedToSatisfyReadPreference",
	202: "NetworkInterfaceExceededTimeLimit",
	317: "ConnectionPoolExpired",
	407: "PooledConnectionAcquisitionExceededTimeLimit",
	9001: "SocketException",
	// It starts, stops, or is not the primary.
	91: "ShutdownInProgress",
	94: "NotYetInitialized",
	189: "PrimarySteppedDown",
	211: "KeyNotFound", // of the keys that sign cluster times
	216: "ElectionInProgress",
	10058: "LegacyNotPrimary",
	10107: "NotWritablePrimary",
	11600: "InterruptedAtShutdown",
	11602: "InterruptedDueToReplStateChange",
	13435: "NotPrimaryNoSecondaryOk",
	13436: "NotPrimaryOrSecondary",
	// A majority does not have the write yet, or the snapshot is not there.
	64: "WriteConcernTimeout",
	79: "UnknownReplWriteConcern",
	100: "UnsatisfiableWriteConcern",
	134: "ReadConcernMajorityNotAvailableYet",
	246: "SnapshotUnavailable",
	// The operation was interrupted, or took too long.
	24: "LockTimeout",
	43: "CursorNotFound",
	46: "LockBusy",
	50: "MaxTimeMSExpired",
	112: "WriteConflict",
	175: "QueryPlanKilled",
	234: "RetryChangeStream",
	237: "CursorKilled",
	262: "ExceededTimeLimit",
	290: "TransactionExceededLifetimeLimitSeconds",
	355: "InterruptedDueToStorageChange",
	11601: "Interrupted",
	// It has too much to do, or no room.
	365: "TemporarilyUnavailable",
	402: "ResourceExhausted",
	433: "AdmissionQueueOverflow",
	449: "RateLimitExceeded",
	450: "PooledConnectionAcquisitionRejected",
	462: "IngressRequestRateLimitExceeded",
	14031: "OutOfDiskSpace",
	// Its operators are changing something.
	117: "ConflictingOperationInProgress",
	215: "DatabaseDropPending",
	276: "IndexBuildAborted",
	285: "IndexBuildAlreadyInProgress",
	319: "MovePrimaryInProgress",
	338: "ReshardCollectionInProgress",
	371: "UserWritesBlocked",
	12586: "BackgroundOperationInProgressForDatabase",
	12587: "BackgroundOperationInProgressForNamespace",
	13388: "StaleConfig",
};

/** Labels by which a server says the same of an error whose code is not known here. */
const AWAY_LABELS = ["RetryableWriteError", "RetryableError", "SystemOverloadedError"];

const BROKEN_CONNECTION =
	/^(EPIPE|ECONN[A-Z]+|ENOTCONN|ETIMEDOUT|EHOST[A-Z]+|ENET[A-Z]+|ERR_STREAM_\w+|ERR_SOCKET_CLOSED)$/;

/** Whether the error means that the server is away, late, overloaded, interrupted or not the primary; any other error is a defect. */
export function isAway(error: unknown): boolean {
	if (AWAY_ERRORS.some((kind) => error instanceof kind)) return true;
	if (error instanceof MongoServerError)
		return Number(error.code) in AWAY_CODES || AWAY_LABELS.some((label) => error.hasErrorLabel(label));
	const { name = "", code, syscall = "" } = error as { name?: string; code?: unknown; syscall?: string };
	// Two classes that the driver does not export, and two errors of Node: a failed DNS look-up of a mongodb+srv name, and a write to a
	// connection that just broke.
	return (
		/^Mongo(WaitQueueTimeout|PoolClosed)Error$/.test(name) ||
		syscall.startsWith("query") ||
		BROKEN_CONNECTION.test(String(code))
	);
}

const BAD_VALUE = 2;
/** BSONObjectTooLarge, and the same of an update and of its outcome. */
const TOO_LARGE_CODES = new Set([10334, 17419, 17420]);

/** Whether the error means that a document is larger than MongoDB's 16 MB. The driver's buffer ends a little above that, with a RangeError. */
export function isTooLarge(error: unknown): boolean {
	if (!(error instanceof MongoServerError)) return (error as { code?: unknown }).code === "ERR_OUT_OF_RANGE";
	const code = Number(error.code);
	return TOO_LARGE_CODES.has(code) || (code === BAD_VALUE && /too large|larger than/i.test(error.message));
}

/** OpenSSL's and Node's codes for a certificate that cannot be trusted: of nobody known, for another name, out of date, or revoked. */
const UNTRUSTED =
	/^(CERT_\w+|ERR_TLS_CERT_\w+|UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH)$/;

/** Why no server's certificate is trusted, where that is all that keeps this process from them: waiting does not help then. */
export function untrustedCertificate(error: unknown): string | undefined {
	if (!(error instanceof MongoServerSelectionError)) return undefined;
	const servers = [...((error.reason as TopologyDescription | undefined)?.servers.values() ?? [])];
	const reasons = servers.map(({ error: failure }) => (failure?.cause ?? failure) as NodeJS.ErrnoException | undefined);
	return reasons.every((reason) => UNTRUSTED.test(String(reason?.code))) ? reasons[0]?.message : undefined;
}
