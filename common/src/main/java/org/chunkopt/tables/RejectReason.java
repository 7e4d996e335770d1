package org.chunkopt.tables;

/** Why a line, record or file of an input was not taken: the values of {@code rejects.reason}. */
public enum RejectReason {
  MALFORMED("does not follow its format"),
  /** NaN, infinite, or outside what the field can hold. */
  BAD_NUMBER("a number that its field cannot hold"),
  WRONG_TYPE("a field of another type than its measurement gives it"),
  MISSING_KEY("a required tag, key or column is absent"),
  /** A value of 2^63 or more. */
  COUNTER_RESET("a counter wrapped when a server restarted"),
  FUTURE_TIMESTAMP(
      "later than the time that the run looks back from, or than the newest poll of the servers"),
  LINE_TOO_LONG("longer than ingest.max-line-bytes"),
  TRUNCATED("the last line of its file, or its last text, cut off"),
  UNREADABLE_FILE("damaged compression, no permission, or not a file"),
  UNKNOWN_FORMAT("a format that is not recognised"),
  /** What should follow is missing. */
  QUERY_ERROR("InfluxDB reported that the query of an export failed"),
  PAIR_MISMATCH("the two files of an inventory pair do not hold the same number of entries"),
  /** An empty block of beegfs-ctl. */
  NO_ENTRY_INFO("the path's entry info failed, often since the file was gone"),
  LOSSY_NAME("its source has replaced bytes of the name by U+FFFD"),
  INVALID_CHUNK_SIZE("a chunk size that BeeGFS would have refused"),
  OUTSIDE_MOUNT("the path is not below the mount point"),
  DUPLICATE_PATH("another record for the same path; the newest is used");

  private final String meaning;

  RejectReason(String meaning) {
    this.meaning = meaning;
  }

  /** The reason in words, for people. */
  public String meaning() {
    return meaning;
  }
}
