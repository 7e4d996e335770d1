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

/**
 * A real tree with a directory and a file of every hostile name, the drop of a site that should
 * give all of them another chunk size, and stand-ins for the tools of BeeGFS. Names are exact
 * bytes, written as ISO 8859-1.
 */
public final class HostileTree {
  /** What users call their directories, without the slash at the begin. */
  public static final List<String> NAMES =
      List.of(
          "plain",
          "x\n/mnt/beegfs/victim",
          "new\nline\n",
          "cr\r",
          "tab\t",
          "esc\u001b[2J\u001b]0;owned\u0007",
          "quote'",
          "double\"",
          "`touch PWNED`",
          "$(touch PWNED)",
          ";rm -rf ~",
          "*",
          "?[a-z]{a,b}",
          "-rf",
          "--yes",
          " blank ",
          "a=b",
          "a",
          "%2F",
          "...",
          "back\\slash\\n",
          "\u00e2\u0080\u00aegnp.exe",
          "\u00e2\u0080\u00a8line",
          "\u00c3\u00a9",
          "e\u00cc\u0081",
          "\u00ff\u00fe",
          "\u00ef\u00bf\u00bd",
          "<img src=x onerror=alert(1)>",
          "L".repeat(255));

  /** A path that only a lossy inventory has. */
  public static final String LOSSY = "/lossy-\u00ef\u00bf\u00bd";

  /** A path of the inventory that climbs out of its directory. */
  public static final String CLIMBING = "/plain/../../victim/f";

  private static final long MINUTE = 1_795_454_040L;
  private static final double[] SPEEDS = {0.2, 0.3, 0.4, 0.5, 0.8, 1.0, 0.9, 0.8};

  private final Path house;

  /** Makes the tree, the drop and the tools. */
  public HostileTree(Path house) throws IOException {
    this.house = house;
    StandInBeegfs tree = new StandInBeegfs(house);
    tree.files(files());
    bash(
        "find \"$0\" -type f -exec truncate -s 64M {} +; find \"$0\" -depth -exec touch -d @1795400000 {} +",
        mount());
    Files.createDirectories(state());
    Path tools = Files.createDirectories(house.resolve("apply tools"));
    for (String tool : List.of("beegfs", "beegfs-ctl")) {
      Files.copy(
          Path.of("src/test/resources/apply/beegfs"),
          tools.resolve(tool),
          StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(
          tools.resolve(tool), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    inventory();
    write("metrics/mon.lp", metrics());
    write("sweeps/sweep.csv", sweep());
  }

  public Path mount() {
    return house.resolve("the mount");
  }

  private Path state() {
    return house.resolve("state");
  }

  /** Forgets what was set and asked; everything has 512 KiB. */
  public void fresh() throws IOException {
    bash(
        "rm -rf -- \"$1\"/*; cd -- \"$0\"; find \"$0\" -print0"
            + " | beegfs-ctl --getentryinfo --nomappings --null - >/dev/null; rm -- \"$1\"/calls",
        mount(),
        state());
  }

  /** Argument lists and inputs of the tools since then, as JSON. */
  public List<String> calls() throws IOException {
    return Files.readAllLines(state().resolve("calls"));
  }

  /** The environment in which the stand-ins are the tools. */
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", house.resolve("apply tools") + ":" + System.getenv("PATH"));
    environment.put("STATE", state().toString());
    environment.put("MOUNT", mount().toString());
    return environment;
  }

  /** The settings of the site; what a test adds stands below {@code chunkopt}. */
  public String settings(String more) {
    return """
        chunkopt {
          inputs {
            metrics = "%1$s/metrics/*"
            inventory = "%1$s/inventory/*"
            observations = "%1$s/sweeps/*"
          }
          output.root = "%1$s/out"
          beegfs { mount = "%2$s", cli = v8 }
          %3$s
        }
        """
        .formatted(house, mount(), more);
  }

  /** The files of the tree below the mount point. */
  public static List<String> files() {
    return NAMES.stream().map(name -> "/" + name + "/" + last(name)).toList();
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** What find says of the tree, with entry info of it as BeeGFS 7 writes it. */
  private void inventory() throws IOException {
    Path inventory = Files.createDirectories(house.resolve("inventory"));
    Path stats = inventory.resolve("a.stat0");
    String format = "%i\\t%s\\t%b\\t%A@\\t%T@\\t%C@\\t%U\\t%G\\t%n\\t%y\\t/%P\\0";
    bash("find \"$0\" -printf '" + format + "' >\"$1\"", mount(), stats);
    String climbing = "7\t67108864\t8\t1795400000.5\t1795400000.5\t1795400000.5\t1\t1\t1\tf\t";
    Files.writeString(
        stats, Files.readString(stats, ISO_8859_1) + climbing + CLIMBING + "\0", ISO_8859_1);
    StringBuilder blocks = new StringBuilder();
    for (String record : Files.readString(stats, ISO_8859_1).split("\0")) {
      String[] fields = record.split("\t", 11);
      boolean directory = fields[9].equals("d");
      String id = fields[10].equals("/") ? "root" : Long.toHexString(Long.parseLong(fields[0]));
      blocks.append("Entry type: ").append(directory ? "directory\n" : "file\n");
      blocks.append("EntryID: ").append(id.equals("root") ? id : id.toUpperCase() + "-6563A1B2-1");
      blocks.append("\nMetadata node: meta01 [ID: 1]\nStripe pattern details:\n+ Type: RAID0\n");
      blocks.append("+ Chunksize: 512K\n+ Number of storage targets: desired: 4");
      blocks.append(directory ? "\n\n" : "; actual: 4\n+ Storage targets:\n");
      blocks.append(directory ? "" : "  + 101\n".repeat(4) + "\n");
    }
    write("inventory/a.entryinfo", blocks.toString());
    write(
        "inventory/b.stat0",
        "8\t67108864\t8\t1795400000.5\t1795400000.5\t1795400000.5\t1\t1\t1\tf\t/lossy-\u00ff\0");
    write(
        "inventory/b.entries.ndjson",
        """
        {"entry_id":"8-6563A1B2-1","meta_node":"m:1","path":"%s","storage_mirrors":"(unmirrored)",\
        "storage_pool":"(file)","storage_targets":"s:101","stripe_pattern":"RAID0 (4x512Ki)","type":2}
        """
            .formatted(LOSSY));
  }

  private static String metrics() {
    StringBuilder lines = new StringBuilder();
    for (int minute = 0; minute < 120; minute++) {
      String time = " " + (MINUTE + 60 * minute - 7200) + "000000000\n";
      String node = ",nodeID=s1,nodeNumID=1";
      lines.append("highResStorage" + node + " diskWriteBytes=2e9,workRequests=3").append(time);
      lines.append("storage" + node + " isResponding=true").append(time);
      lines
          .append("storageTargets" + node + ",storageTargetID=101")
          .append(" diskSpaceTotal=8796093022208,diskSpaceFree=7796093022208")
          .append(time);
    }
    return lines.toString();
  }

  /** A benchmark in which 2 MiB are twice as fast as 512 KiB. */
  private static String sweep() {
    StringBuilder rows = new StringBuilder("source,path,group,file_size_bytes,chunk_bytes,");
    rows.append("num_targets,throughput_mib_s\n");
    for (int row = 0; row < 40; row++) {
      double speed = 2000 * SPEEDS[row % 8] * (1 + (row / 8 - 2) / 100.0);
      rows.append("ior,/sweep/%d,sweep,17179869184,%d,4,".formatted(row, 65536 << row % 8));
      rows.append(speed).append('\n');
    }
    return rows.toString();
  }

  private void write(String name, String text) throws IOException {
    Path file = house.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, ISO_8859_1);
  }

  /** Runs a program in the environment of the stand-ins, in the house. */
  public void bash(String program, Path... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("bash", "-euc", program));
    for (Path argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(house.toFile()).inheritIO();
    builder.environment().putAll(environment());
    try {
      int code = builder.start().waitFor();
      if (code != 0) {
        throw new IOException(program + " ended with " + code);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
