package org.chunkopt.tables;

/** Why a line, record or file of an input was not taken: the values of {@code rejects.reason}. */
public enum RejectReason {
  /** The line does not follow its format. */
  MALFORMED,
  /** A number is NaN, infinite, or outside what the field can hold. */
  BAD_NUMBER,
  /** A field has another type than its measurement gives it. */
  WRONG_TYPE,
  /** A required tag, key or column is absent. */
  MISSING_KEY,
  /** An unsigned counter wrapped because a server restarted: a value of 2^63 or more. */
  COUNTER_RESET,
  /** The point is later than the run's as-of. */
  FUTURE_TIMESTAMP,
  /** The line is longer than ingest.max-line-bytes. */
  LINE_TOO_LONG,
  /** The last line of the file is cut off. */
  TRUNCATED,
  /** The file cannot be read: damaged compression, no permission, not a file. */
  UNREADABLE_FILE,
  /** The file's format is not recognised. */
  UNKNOWN_FORMAT,
  /** InfluxDB reported that the query of an export failed: what should follow is missing. */
  QUERY_ERROR,
  /** The two files of an inventory pair do not hold the same number of entries. */
  PAIR_MISMATCH,
  /** The entry info of this path failed: an empty block. */
  NO_ENTRY_INFO,
  /** A name that its source has replaced by U+FFFD: the bytes are lost. */
  LOSSY_NAME,
  /** A chunk size that BeeGFS would have refused. */
  INVALID_CHUNK_SIZE,
  /** The path is not below the mount point. */
  OUTSIDE_MOUNT,
  /** Another record for the same path; the newest is used. */
  DUPLICATE_PATH
}
