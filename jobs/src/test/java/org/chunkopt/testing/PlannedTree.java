package org.chunkopt.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Real files with a plan that wants 1 MiB chunks instead of 512 KiB for all of them, stand-ins for
 * both tools of BeeGFS, and runs of apply-plan.sh on them. Names are exact bytes, written as ISO
 * 8859-1.
 */
public final class PlannedTree {
  private static final String OLD = "512K";

  private final Path house;
  private final Map<String, String> environment = new HashMap<>();

  /**
   * @param cli v7 or v8, which the plan is for
   * @param sizes bytes by path in the order of the plan; a path with a slash at its end is a
   *     directory
   */
  public PlannedTree(Path house, String cli, Map<String, Long> sizes) throws IOException {
    this.house = house;
    Path tools = Files.createDirectories(house.resolve("tools"));
    for (String tool : List.of("beegfs", "beegfs-ctl")) {
      Files.copy(resource("beegfs"), tools.resolve(tool), StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(
          tools.resolve(tool), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    environment.put("PATH", tools + ":" + System.getenv("PATH"));
    environment.put("STATE", house.resolve("state").toString());
    environment.put("MOUNT", mount().toString());
    StringBuilder records = new StringBuilder();
    sizes.forEach((path, size) -> records.append(size).append('\t').append(path).append('\0'));
    Path list = Files.writeString(house.resolve("records"), records, ISO_8859_1);
    tree(list, "make", cli);
    Files.deleteIfExists(calls());
  }

  public Path mount() {
    return house.resolve("mount");
  }

  public Path journal() {
    return house.resolve("journal");
  }

  /** A file that tells the stand-ins what to do, below their state. */
  public void tell(String what, String content) throws IOException {
    Files.writeString(house.resolve("state").resolve(what), content, ISO_8859_1);
  }

  public void tellNoMore(String what) throws IOException {
    Files.delete(house.resolve("state").resolve(what));
  }

  /** Runs the script without limits of time and space. */
  public Scripts.Result apply(String... more) throws IOException {
    return run(Map.of(), Path.of("../submit-scripts/apply-plan.sh").toRealPath() + "", more);
  }

  /** Acts. */
  public Scripts.Result act(String... more) throws IOException {
    return apply(with(more, "--yes", "--journal", journal().toString()));
  }

  /** Acts, and something happens before its call number step. */
  public Scripts.Result act(int step, String fault, Map<String, String> more) throws IOException {
    Map<String, String> faults = new HashMap<>(more);
    faults.put("FAULT_STEP", Integer.toString(step));
    faults.put("FAULT", fault);
    faults.put("FAULT_CALLS", house.resolve("calls").toString());
    Path tool = Path.of("../submit-scripts/apply_plan").toRealPath();
    String[] options = {tool.toString(), "--yes", "--journal", journal().toString()};
    return run(faults, resource("faults.py").toString(), options);
  }

  /** Acts where no file may become larger than this; the calls are recorded. */
  public Scripts.Result limited(int kibibytes) throws IOException {
    return act(0, "", Map.of("FAULT_FILE_KIB", Integer.toString(kibibytes)));
  }

  /** The calls of the last run with a fault, in their order. */
  public List<String> faultCalls() throws IOException {
    return Files.readAllLines(house.resolve("calls"));
  }

  /** Content, owner, mode, time, links and attributes of each file. */
  public Map<String, String> look() throws IOException {
    return records(tree(null, "look"));
  }

  /** The chunk size of each path. */
  public Map<String, String> chunks() throws IOException {
    return records(tree(null, "chunks"));
  }

  /** The paths that have another chunk size than before, without those of a rewrite under way. */
  public List<String> changed() throws IOException {
    return chunks().entrySet().stream()
        .filter(each -> !each.getValue().equals(OLD))
        .map(Map.Entry::getKey)
        .filter(path -> !path.matches("(?s).*/\\.chunkopt-[0-9a-f]{16}.*"))
        .toList();
  }

  /** Argument lists and inputs of all calls of the tools so far, as JSON. */
  public List<String> recorded() throws IOException {
    return Files.exists(calls()) ? Files.readAllLines(calls()) : List.of();
  }

  private Path calls() {
    return house.resolve("state/calls");
  }

  private Scripts.Result run(Map<String, String> more, String program, String... options)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (program.endsWith(".py")) {
      command.addAll(List.of("python3", "-SB"));
    }
    command.add(program);
    command.addAll(List.of(with(options, "--run=" + house.resolve("run"), "--mount=" + mount())));
    for (String unlimited : List.of("--keep-free=0", "--quiet-seconds=0")) {
      String name = unlimited.substring(0, unlimited.indexOf('=') + 1);
      if (List.of(options).stream().noneMatch(each -> each.startsWith(name))) {
        command.add(unlimited);
      }
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.environment().putAll(more);
    return ended(builder);
  }

  private Scripts.Result ended(ProcessBuilder builder) throws IOException {
    Path out = house.resolve("out");
    Path err = house.resolve("err");
    try {
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      return new Scripts.Result(
          process.waitFor(), Files.readString(out, ISO_8859_1), Files.readString(err, ISO_8859_1));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private String tree(Path in, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("python3", "-SB", resource("tree.py") + ""));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(house.toFile());
    if (in != null) {
      builder.redirectInput(in.toFile());
    }
    return ended(builder).requireSuccess().out();
  }

  private static Map<String, String> records(String text) {
    Map<String, String> found = new TreeMap<>();
    for (String record : text.split("\0")) {
      int tab = record.lastIndexOf('\t');
      found.put(record.substring(0, tab), record.substring(tab + 1));
    }
    return found;
  }

  private static Path resource(String name) {
    return Path.of("src/test/resources/apply", name).toAbsolutePath();
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
