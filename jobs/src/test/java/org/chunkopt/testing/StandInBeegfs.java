package org.chunkopt.testing;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A local tree that stands for a mounted BeeGFS, and command line tools that answer for it and
 * record what they are asked. Names are exact bytes, written as ISO 8859-1.
 */
public final class StandInBeegfs {
  private static final Charset BYTES = StandardCharsets.ISO_8859_1;

  private final Path house;
  private final Path mount;
  private final Map<String, String> environment = new HashMap<>();

  /**
   * Makes the tree {@code "the mount"} in a directory.
   *
   * @param tools those on the PATH: {@code beegfs-ctl}, {@code beegfs} or both
   */
  public StandInBeegfs(Path house, String... tools) throws IOException {
    this.house = house;
    this.mount = Files.createDirectories(house.resolve("the mount"));
    Path bin = Files.createDirectories(house.resolve("the tools"));
    for (String tool : tools) {
      try (var in = StandInBeegfs.class.getResourceAsStream("/stand-ins/" + tool)) {
        Files.copy(in, bin.resolve(tool), StandardCopyOption.REPLACE_EXISTING);
      }
      Files.setPosixFilePermissions(
          bin.resolve(tool), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    environment.put("PATH", bin + ":" + System.getenv("PATH"));
    environment.put("STAND_IN_MOUNT", mount.toString());
    environment.put(
        "STAND_IN_SAMPLES", Path.of("src/test/resources/samples/entryinfo").toRealPath() + "");
    environment.put(
        "STAND_IN_RECORD", Files.createDirectories(house.resolve("recorded")).toString());
  }

  public Path mount() {
    return mount;
  }

  /** Makes empty files and their directories; Java itself cannot write every name. */
  public void files(List<String> paths) throws IOException {
    Path list = list("files", paths);
    bash(
        "while IFS= read -r -d '' f; do mkdir -p -- \"${f%/*}\"; : >\"$f\"; done <\"$1\"",
        list.toString());
  }

  /** Makes a script of its own a tool on the PATH. */
  public void tool(String name, String body) throws IOException {
    Path tool = Files.writeString(house.resolve("the tools").resolve(name), body);
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Sets a variable of the tools to a list of paths below the mount point; an empty one unsets. */
  public void paths(String variable, List<String> paths) throws IOException {
    environment.remove(variable);
    if (!paths.isEmpty()) {
      set(variable, list(variable, paths).toString());
    }
  }

  public void set(String variable, String value) {
    environment.put(variable, value);
  }

  public Map<String, String> environment() {
    return environment;
  }

  /** The argument lists of the runs so far, each once. */
  public List<List<String>> arguments() throws IOException {
    return recorded("argv").stream()
        .map(text -> List.of(text.split("\0")))
        .distinct()
        .sorted((a, b) -> a.toString().compareTo(b.toString()))
        .toList();
  }

  /** How often the tools were asked for each path below the mount point. */
  public Map<String, Integer> asked() throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    for (String text : recorded("stdin")) {
      for (String path : text.isEmpty() ? new String[0] : text.split("\0", -1)) {
        if (!path.isEmpty()) {
          counts.merge(path.substring(bytes(mount.toString()).length()), 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  /** The paths that the stat records in a directory name, in the order of the files. */
  public static List<String> listed(Path directory) throws IOException {
    List<String> paths = new ArrayList<>();
    for (Path file : files(directory, ".stat0")) {
      for (String record : Files.readString(file, BYTES).split("\0")) {
        paths.add(record.split("\t", 11)[10]);
      }
    }
    return paths;
  }

  /** The files of a directory with a suffix, sorted. */
  public static List<Path> files(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private List<String> recorded(String kind) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(house.resolve("recorded"))) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith(kind)).toList()) {
        texts.add(Files.readString(file, BYTES));
      }
    }
    return texts;
  }

  private Path list(String name, List<String> paths) throws IOException {
    StringBuilder text = new StringBuilder();
    paths.forEach(path -> text.append(bytes(mount.toString())).append(path).append('\0'));
    return Files.writeString(house.resolve(name + ".list"), text, BYTES);
  }

  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), BYTES);
  }

  private static void bash(String program, String argument) throws IOException {
    try {
      Process process =
          new ProcessBuilder("bash", "-euc", program, "bash", argument).inheritIO().start();
      if (process.waitFor() != 0) {
        throw new IOException("The tree cannot be made: " + process.exitValue());
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
