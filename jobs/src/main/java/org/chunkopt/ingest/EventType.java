package org.chunkopt.ingest;

/**
 * Types of BeeGFS file events, by the names of both format versions and of BeeGFS Watch
 * (FileEvent.h, beewatch.proto).
 *
 * <p>What counts: an open for reading is {@link #READ} (format 1) or {@link #OPEN_READ}; an open
 * for writing is {@link #OPEN_WRITE}; {@link #OPEN_READ_WRITE} is both. {@link #CLOSE_AFTER_WRITE}
 * ends an open for writing: it counts as one where the log has no opens for writing, as in format 1
 * or where the client's mask leaves them out. Nothing else is an open: a {@link #CREATE} is
 * followed by its close, a {@link #FLUSH} or {@link #TRUNCATE} belongs to an open that is counted,
 * {@link #LAST_WRITER_CLOSED} repeats a close, and an {@link #OPEN_BLOCKED} was refused.
 */
enum EventType {
  FLUSH,
  TRUNCATE,
  SET_ATTR,
  CLOSE_AFTER_WRITE,
  CLOSE_WRITE,
  CREATE,
  MKDIR,
  MKNOD,
  SYMLINK,
  RMDIR,
  UNLINK,
  HARDLINK,
  RENAME,
  READ,
  OPEN_READ,
  OPEN_WRITE,
  OPEN_READ_WRITE,
  LAST_WRITER_CLOSED,
  OPEN_BLOCKED,
  STRIPE_PATTERN_CHANGED,
  INODE_LOCKED,
  UNKNOWN;

  /** Whether the event says that the content was read or written. */
  boolean isOfAccess() {
    return switch (this) {
      case READ, OPEN_READ, OPEN_WRITE, OPEN_READ_WRITE, CLOSE_AFTER_WRITE, CLOSE_WRITE -> true;
      default -> false;
    };
  }
}
