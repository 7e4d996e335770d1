package org.chunkopt.ingest;

/** What the file system says about an entry: the columns of {@code files} that need no BeeGFS. */
interface EntryStat {
  EntryType type();

  /** The path's bytes below the mount point, from its slash; a copy of its own. */
  byte[] path();

  /** The inode number's 64 bits; negative from 2^63. */
  long inode();

  long sizeBytes();

  long allocatedBytes();

  /** Microseconds since 1970. */
  long atime();

  /** Microseconds since 1970. */
  long mtime();

  /** Microseconds since 1970. */
  long ctime();

  /** The owner, or {@link EntryInfo#NONE} where only its name is known. */
  long uid();

  /** The group, or {@link EntryInfo#NONE} where only its name is known. */
  long gid();

  int links();
}
