package org.chunkopt.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Export files as a reader of their directory sees them; every one must be whole. */
public final class PulledFiles {
  private PulledFiles() {}

  /** Lines by name of the files that are not hidden. */
  public static Map<String, List<String>> of(Path directory) throws IOException {
    Map<String, List<String>> files = new TreeMap<>();
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path file : entries.filter(f -> !f.getFileName().toString().startsWith("_")).toList()) {
        try (var in = new GZIPInputStream(Files.newInputStream(file))) {
          String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
          files.put(file.getFileName().toString(), text.lines().toList());
        }
      }
    }
    return files;
  }

  /** The points of all files, in their order. */
  public static List<String> points(Path directory) throws IOException {
    return of(directory).values().stream()
        .flatMap(List::stream)
        .filter(line -> !line.startsWith("#") && !line.startsWith("CREATE "))
        .toList();
  }
}
