package org.chunkopt.ingest;

import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.FilePath;

/**
 * Makes rows of {@code files}, and counts what their entries do not say. Neighbours mostly share
 * their directory, which is made once.
 */
final class FileRows {
  // 0001-01-01 to 9999-12-31: what a timestamp of SQL holds. Some file systems store any 64 bits.
  private static final long FIRST_MICROS = -62_135_596_800_000_000L;
  private static final long LAST_MICROS = 253_402_300_799_999_999L;

  private final InventorySheets sheets;
  private final String sourceFile;
  private byte[] parentBytes = {};
  private String parent = "";
  private long entries;
  private long owners;
  private long patterns;
  private long targets;
  private long times;
  private long restricted;

  FileRows(InventorySheets sheets, String sourceFile) {
    this.sheets = sheets;
    this.sourceFile = sourceFile;
  }

  /**
   * One row, with {@code byte_offset} behind the columns of the table.
   *
   * @param offset where the record or line begins
   */
  Row row(EntryStat stat, EntryInfo info, long offset) {
    byte[] path = stat.path();
    byte[] directory = FilePath.parent(path);
    if (!Arrays.equals(directory, parentBytes)) {
      parentBytes = directory;
      parent = FilePath.display(directory);
    }
    boolean isDirectory = stat.type() == EntryType.DIRECTORY;
    String restriction = stat.type() == EntryType.FILE ? info.restriction(stat.sizeBytes()) : null;
    long idBase = info.idBaseMicros();
    entries++;
    owners += stat.uid() == EntryInfo.NONE ? 1 : 0;
    patterns += isDirectory && info.chunkBytes == EntryInfo.NONE ? 1 : 0;
    targets += stat.type() == EntryType.FILE && !info.listsTargets() ? 1 : 0;
    restricted += restriction == null ? 0 : 1;
    return sheets
        .files()
        .row(
            FilePath.display(path),
            path,
            parent,
            parentBytes,
            info.entryId.isEmpty() ? null : info.entryId,
            stat.type().tableName(),
            stat.inode(),
            stat.sizeBytes(),
            stat.allocatedBytes(),
            time(stat.atime()),
            time(stat.mtime()),
            time(stat.ctime()),
            owner(stat.uid()),
            owner(stat.gid()),
            stat.links(),
            number(info.metaNode),
            info.pattern,
            info.chunkBytes == EntryInfo.NONE ? null : info.chunkBytes,
            number(info.desiredTargets),
            isDirectory ? null : number(info.actualTargets),
            info.targets(),
            info.groups(),
            info.storagePool,
            idBase == EntryInfo.NONE ? null : idBase,
            restriction,
            sourceFile,
            offset);
  }

  /** The row of {@link InventorySheets#GAPS} over all rows so far. */
  Row gaps() {
    return sheets.gaps().row(sourceFile, entries, owners, patterns, targets, times, restricted);
  }

  private Long time(long micros) {
    if (micros < FIRST_MICROS || micros > LAST_MICROS) {
      times++;
      return null;
    }
    return micros;
  }

  private static Long owner(long id) {
    return id == EntryInfo.NONE ? null : id;
  }

  private static Integer number(long value) {
    return value == EntryInfo.NONE ? null : (int) value;
  }
}
