package org.chunkopt.ingest;

import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.FilePath;

/** Makes rows of {@code files}. Neighbours mostly share their directory, which is made once. */
final class FileRows {
  private final Sheet files;
  private final String sourceFile;
  private byte[] parentBytes = {};
  private String parent = "";

  FileRows(Sheet files, String sourceFile) {
    this.files = files;
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
    long idBase = info.idBaseMicros();
    return files.row(
        FilePath.display(path),
        path,
        parent,
        parentBytes,
        info.entryId.isEmpty() ? null : info.entryId,
        stat.type().tableName(),
        stat.inode(),
        stat.sizeBytes(),
        stat.allocatedBytes(),
        stat.atime(),
        stat.mtime(),
        stat.ctime(),
        owner(stat.uid()),
        owner(stat.gid()),
        stat.links(),
        number(info.metaNode),
        info.pattern,
        info.chunkBytes == EntryInfo.NONE ? null : info.chunkBytes,
        number(info.desiredTargets),
        stat.type() == EntryType.DIRECTORY ? null : number(info.actualTargets),
        info.targets(),
        info.groups(),
        info.storagePool,
        idBase == EntryInfo.NONE ? null : idBase,
        sourceFile,
        offset);
  }

  private static Long owner(long id) {
    return id == EntryInfo.NONE ? null : id;
  }

  private static Integer number(long value) {
    return value == EntryInfo.NONE ? null : (int) value;
  }
}
