package org.chunkopt.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.TableDirectory;

/**
 * The files of a run that are no tables: plan, report, what training says. They are small, or
 * bounded by a setting, and are written by the driver.
 */
public final class RunFiles {
  private final FileSystem fileSystem;
  private final Path root;

  private RunFiles(FileSystem fileSystem, Path root) {
    this.fileSystem = fileSystem;
    this.root = root;
  }

  /** The files beside these tables. */
  public static RunFiles beside(TableDirectory tables, SparkSession spark) {
    Path root = new Path(tables.root());
    try {
      FileSystem fileSystem = root.getFileSystem(spark.sparkContext().hadoopConfiguration());
      // The checksum files of the local file system are in the way of those who read the run.
      return new RunFiles(
          fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem,
          root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a new file for writing; one that exists is replaced. */
  public OutputStream create(String name) {
    try {
      return fileSystem.create(new Path(root, name), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a whole file as UTF-8. */
  public void write(String name, String text) {
    try (OutputStream out = create(name)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a file for reading, or nothing where there is no such file. */
  public Optional<InputStream> open(String name) {
    Path path = new Path(root, name);
    try {
      return fileSystem.exists(path) ? Optional.of(fileSystem.open(path)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of a file as UTF-8, or nothing where there is no such file. */
  public Optional<String> read(String name) {
    Optional<InputStream> open = open(name);
    if (open.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = open.get()) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a directory or file and what is in it, if it exists. */
  public void delete(String name) {
    try {
      fileSystem.delete(new Path(root, name), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
