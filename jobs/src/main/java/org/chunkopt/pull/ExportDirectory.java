package org.chunkopt.pull;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.chunkopt.UserError;

/**
 * The export files of one bucket in a directory: one per window, each whole or not there. They are
 * the only state of the pull. A name tells the begin of its window, the first line of the file its
 * end.
 */
final class ExportDirectory implements AutoCloseable {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern HEADER = Pattern.compile("# INFLUXDB EXPORT: \\S+ - (\\S+)");
  private static final String SUFFIX = ".lp.gz";

  /** Begins with an underscore, so that no glob or directory of the inputs takes such a file. */
  private static final String UNFINISHED = "_%s.unfinished";

  private final Path directory;
  private final String prefix;
  private final FileChannel lockFile;

  private ExportDirectory(Path directory, String prefix, FileChannel lockFile) {
    this.directory = directory;
    this.prefix = prefix;
    this.lockFile = lockFile;
  }

  /** What is written into a file after its first line. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Opens the directory for one process, and removes what a killed one left unfinished.
   *
   * @throws UserError with exit code 75 where another process pulls into it
   */
  static ExportDirectory open(Path directory, String bucket) {
    String prefix = bucket.replaceAll("[^A-Za-z0-9._-]", "_");
    try {
      Files.createDirectories(directory);
      // The lock is the kernel's and ends with its process; the file stays, or two could lock it.
      FileChannel channel =
          FileChannel.open(
              directory.resolve("_" + prefix + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (!lock(channel)) {
        channel.close();
        throw UserError.locked(
            "Another pull of " + bucket + " writes into " + directory + ". Wait until it ends.");
      }
      ExportDirectory exports = new ExportDirectory(directory, prefix, channel);
      exports.removeUnfinished();
      return exports;
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private void removeUnfinished() throws IOException {
    String glob = UNFINISHED.formatted(prefix + "-*");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  /** End of each window by its begin. */
  NavigableMap<Instant, Instant> windows() {
    NavigableMap<Instant, Instant> windows = new TreeMap<>();
    Pattern name = Pattern.compile(Pattern.quote(prefix) + "-([0-9]{8}T[0-9]{6}Z)\\.lp\\.gz");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        Matcher matcher = name.matcher(file.getFileName().toString());
        if (matcher.matches()) {
          windows.put(NAME.parse(matcher.group(1), Instant::from), end(file));
        }
      }
      return windows;
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  private static Instant end(Path file) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      Matcher header = HEADER.matcher(String.valueOf(reader.readLine()));
      if (header.matches()) {
        return Instant.parse(header.group(1));
      }
    } catch (IOException e) {
      // Told below, with the remedy.
    }
    throw UserError.failed(
        file
            + " is damaged: it does not begin as a pulled export does. Remove it; it is pulled anew.");
  }

  /** Writes the file of a window, which appears whole or not at all; returns its bytes. */
  long write(Instant begin, Instant end, Content content) {
    String name = prefix + "-" + NAME.format(begin) + SUFFIX;
    Path unfinished = directory.resolve(UNFINISHED.formatted(name));
    try {
      try (FileChannel channel =
          FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        OutputStream raw = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        GZIPOutputStream out = new GZIPOutputStream(raw, 1 << 16);
        out.write(
            "# INFLUXDB EXPORT: %s - %s\n".formatted(begin, end).getBytes(StandardCharsets.UTF_8));
        content.writeTo(out);
        out.finish();
        raw.flush();
        channel.force(true);
      }
      long bytes = Files.size(unfinished);
      Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
        entries.force(true);
      }
      return bytes;
    } catch (IOException e) {
      throw unusable(directory, e);
    } finally {
      discard(unfinished);
    }
  }

  private static void discard(Path unfinished) {
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      // The next start removes it; what failed before is the news.
    }
  }

  private static UserError unusable(Path directory, IOException e) {
    return UserError.failed(
        "The exports in "
            + directory
            + " cannot be read or written: "
            + e
            + ". Correct chunkopt.influx.directory, its permissions or its space.");
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      // The lock ends with the process then.
    }
  }
}
