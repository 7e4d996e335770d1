package org.chunkopt.ingest;

/** The header of one Darshan log, line by line. */
final class DarshanJob {
  private static final byte[] VERSION = Ascii.bytes("# darshan log version");
  private static final byte[] UID = Ascii.bytes("# uid: ");
  private static final byte[] JOB_ID = Ascii.bytes("# jobid: ");
  private static final byte[] START = Ascii.bytes("# start_time: ");
  private static final byte[] END = Ascii.bytes("# end_time: ");
  private static final byte[] PROCESSES = Ascii.bytes("# nprocs: ");
  private static final byte[] INCOMPLETE = Ascii.bytes("# *WARNING*: The POSIX module contains");

  // The year 9900.
  private static final long LAST_MICROS = 250_246_000_000_000_000L;

  private String id;
  private Long uid;
  private Long start;
  private Long end;
  private int processes = 1;

  /**
   * @param name stands for the job id where the header has none
   */
  DarshanJob(String name) {
    id = name;
  }

  /** Whether the line begins a new log. */
  static boolean begins(byte[] bytes, int from, int to) {
    return Ascii.startsWith(bytes, from, to, VERSION);
  }

  /** Whether the line says that Darshan ran out of memory for POSIX records: files are missing. */
  static boolean saysIncomplete(byte[] bytes, int from, int to) {
    return Ascii.startsWith(bytes, from, to, INCOMPLETE);
  }

  /** Reads one line of the header; those that say nothing of the job are passed over. */
  void header(byte[] bytes, int from, int to) {
    if (Ascii.startsWith(bytes, from, to, JOB_ID)) {
      id = Ascii.text(bytes, from + JOB_ID.length, to).strip();
    } else if (Ascii.startsWith(bytes, from, to, UID)) {
      long number = number(UID, bytes, from, to);
      uid = number == Ascii.NO_NUMBER ? null : number;
    } else if (Ascii.startsWith(bytes, from, to, START)) {
      start = time(START, bytes, from, to);
    } else if (Ascii.startsWith(bytes, from, to, END)) {
      end = time(END, bytes, from, to);
    } else if (Ascii.startsWith(bytes, from, to, PROCESSES)) {
      processes =
          (int) Math.max(1, Math.min(Integer.MAX_VALUE, number(PROCESSES, bytes, from, to)));
    }
  }

  String id() {
    return id;
  }

  /** The user's id; null where the header has none, as in the table. */
  Long uid() {
    return uid;
  }

  /** Start of the job in microseconds since 1970, most releases print whole seconds; or null. */
  Long startMicros() {
    return start;
  }

  /** End of the job in microseconds since 1970, or null. */
  Long endMicros() {
    return end;
  }

  int processes() {
    return processes;
  }

  /** A time that the table can hold, with room for the times of the accesses; else null. */
  private static Long time(byte[] key, byte[] bytes, int from, int to) {
    long micros = Ascii.micros(bytes, from + key.length, to);
    return micros < 0 || micros > LAST_MICROS ? null : micros;
  }

  private static long number(byte[] key, byte[] bytes, int from, int to) {
    return Ascii.leadingDecimal(bytes, from + key.length, to);
  }
}
