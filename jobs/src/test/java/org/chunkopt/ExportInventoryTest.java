package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.ingest.IngestJob;
import org.chunkopt.run.Run;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Scripts;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.StandInBeegfs;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Spark.class)
class ExportInventoryTest {
  private static final String SCRIPT = "export-inventory.sh";
  private static final int PARTIAL = 2;
  private static final int LOCKED = 75;

  /** Not UTF-8, so that BeeGFS 8 loses it. */
  private static final String LOSSY = "/\u00ff\u00fe.bin";

  private static final List<String> HOSTILE =
      List.of(
          "/new\nline",
          "/two\n\nblank",
          "/\n",
          "/x\n/mnt/beegfs/victim",
          "/quote\"it's`",
          "/$(touch PWNED)",
          "/;touch PWNED",
          "/-delete",
          "/--/-rf",
          "/a=b",
          "/a",
          "/ edge ",
          "/tab\there\t",
          "/cr\r",
          "/back\\slash\\n",
          "/percent%20%s",
          "/star*?[x]",
          "/EntryID: fake",
          "/&|<html>",
          "/\u00c3\u00bc",
          "/" + "L".repeat(255));

  @TempDir Path house;

  @Test
  @Tag("R18")
  @DisplayName("R18: hostile names are exported and ingested exactly, of BeeGFS 7")
  void hostileNamesOfBeeGfs7AreIngestedExactly(SparkSession spark) throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs-ctl");
    beegfs.files(with(HOSTILE, LOSSY));
    List<String> tree = treeOf(with(HOSTILE, LOSSY));

    Scripts.Result result = export(beegfs, "--shard", "7", "--", "--cfgFile=/etc/a b.conf");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(StandInBeegfs.listed(out())).containsExactlyInAnyOrderElementsOf(tree);
    assertThat(StandInBeegfs.files(out(), ".entryinfo")).hasSize((tree.size() + 6) / 7);
    assertThat(beegfs.arguments())
        .as("no name is an argument")
        .containsExactly(
            List.of("--getentryinfo", "--nomappings", "--null", "--cfgFile=/etc/a b.conf", "-"));
    assertThat(beegfs.asked())
        .as("each path once, the root also before")
        .containsOnlyKeys(tree)
        .containsEntry("/", 2)
        .containsEntry("/x\n/mnt/beegfs/victim", 1);
    assertThat(beegfs.asked().values().stream().mapToInt(n -> n).sum()).isEqualTo(tree.size() + 1);
    assertThat(Path.of("PWNED")).doesNotExist();
    assertThat(beegfs.mount().resolve("PWNED")).doesNotExist();

    TableDirectory tables = ingest(spark);
    assertThat(paths(spark, tables)).containsExactlyInAnyOrderElementsOf(tree);
    assertThat(tables.read(spark, Tables.REJECTS).isEmpty()).isTrue();
    assertThat(foreignEntryInfo(spark, tables, "-6B047475-1")).isZero();
    assertThat(
            tables
                .read(spark, Tables.FILES)
                .filter("entry_type = 'file'")
                .select("chunk_bytes")
                .distinct()
                .collectAsList())
        .extracting(row -> row.getLong(0))
        .containsExactly(4L << 20);
  }

  @Test
  @Tag("R18")
  @DisplayName(
      "R18: hostile names are exported and ingested exactly, of BeeGFS 8; lossy ones are LOSSY_NAME")
  void hostileNamesOfBeeGfs8AreIngestedExactlyAroundPathsThatFail(SparkSession spark)
      throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs");
    beegfs.files(with(HOSTILE, LOSSY));
    List<String> tree = treeOf(with(HOSTILE, LOSSY));
    List<String> gone = List.of("/new\nline", "/a", "/--/-rf", "/ edge ");
    beegfs.paths("STAND_IN_GONE", gone);
    beegfs.set("STAND_IN_AHEAD", "2");

    Scripts.Result result = export(beegfs, "--shard", "16");

    assertThat(result.code()).as(result.err()).isEqualTo(PARTIAL);
    assertThat(result.out()).contains(" " + gone.size() + " without entry info");
    assertThat(StandInBeegfs.listed(out())).containsExactlyInAnyOrderElementsOf(tree);
    assertThat(beegfs.arguments())
        .containsExactly(
            List.of(
                "entry",
                "info",
                "--output",
                "ndjson",
                "--num-workers",
                "1",
                "--stdin-delimiter",
                "\\x00",
                "-"));
    assertThat(Path.of("PWNED")).doesNotExist();

    TableDirectory tables = ingest(spark);
    List<String> kept = new ArrayList<>(tree);
    kept.removeAll(gone);
    kept.remove(LOSSY);
    assertThat(paths(spark, tables)).containsExactlyInAnyOrderElementsOf(kept);
    assertThat(foreignEntryInfo(spark, tables, "-6563A1B2-1")).isZero();
    assertThat(
            tables.read(spark, Tables.REJECTS).groupBy("reason").count().collectAsList().stream()
                .map(row -> row.getString(0) + " " + row.getLong(1)))
        .as("of the lossy name its record and its line")
        .containsExactlyInAnyOrder("NO_ENTRY_INFO " + gone.size(), "LOSSY_NAME 2");
  }

  @Test
  void pathsThatVanishStayAsEmptyBlocks() throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs-ctl");
    beegfs.files(numbered(30));
    beegfs.paths("STAND_IN_GONE", List.of("/d/f3", "/d/f4", "/d/f29"));

    Scripts.Result result = export(beegfs, "--shard", "10", "--name", "site");

    assertThat(result.code()).as(result.err()).isEqualTo(PARTIAL);
    assertThat(result.out()).containsPattern("site-\\S+: 32 entries, 3 without entry info, 4 of 4");
    List<Path> shards = StandInBeegfs.files(out(), ".entryinfo");
    assertThat(shards).hasSize(4);
    String last = shards.get(3).getFileName().toString();
    assertThat(last).matches("site-\\d{8}T\\d{6}Z-00003\\.entryinfo");
    long empty = 0;
    for (Path shard : shards) {
      List<String> lines = Files.readAllLines(shard);
      empty +=
          IntStream.range(0, lines.size())
              .filter(i -> lines.get(i).isEmpty() && (i == 0 || lines.get(i - 1).isEmpty()))
              .count();
    }
    assertThat(empty).isEqualTo(3);
    assertThat(house.resolve("the drop/_site.walk")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"beegfs-ctl,SIGKILL", "beegfs,SIGKILL", "beegfs-ctl,SIGTERM", "beegfs,SIGTERM"})
  void aWalkThatIsEndedGoesOn(String tool, String signal) throws Exception {
    StandInBeegfs beegfs = new StandInBeegfs(house, tool);
    beegfs.files(numbered(100));
    beegfs.set("STAND_IN_DELAY", "0.03");

    int code = endAt("Shard ", signal, beegfs, "--shard", "10", "--jobs", "2");

    assertThat(code).isEqualTo(signal.equals("SIGKILL") ? 137 : 143);
    assertThat(StandInBeegfs.files(out(), ".stat0")).as("nothing in place").isEmpty();
    beegfs.set("STAND_IN_DELAY", "0");
    beegfs.files(List.of("/later"));
    List<Path> finished = StandInBeegfs.files(out().resolve("_inventory.walk"), ".answers");
    assertThat(finished).isNotEmpty().hasSizeLessThan(11);

    Scripts.Result result = export(beegfs, "--shard", "10");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("is resumed.");
    assertThat(StandInBeegfs.listed(out()))
        .as("the listing is that of the first start")
        .containsExactlyInAnyOrderElementsOf(treeOf(numbered(100)));
    Map<String, Integer> asked = beegfs.asked();
    asked.remove("/");
    assertThat(asked.values().stream().filter(times -> times == 1).count())
        .as("finished shards are not asked for again")
        .isGreaterThanOrEqualTo(10L * (finished.size() - 1));
    assertThat(onlyPairsOf(tool)).isTrue();
    if (tool.equals("beegfs-ctl")) {
      assertThat(inodes(".entryinfo")).hasSize(101).isEqualTo(inodes(".stat0"));
    }
  }

  @Test
  void aListingThatIsEndedIsBegunAnew() throws Exception {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs-ctl");
    beegfs.files(numbered(100));

    int code = endAt("Listed ", "SIGKILL", beegfs, "--shard", "10", "--rate", "40");
    assertThat(code).isEqualTo(137);
    beegfs.files(List.of("/later"));
    Scripts.Result result = export(beegfs, "--shard", "10");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).doesNotContain("is resumed.");
    assertThat(StandInBeegfs.listed(out()))
        .containsExactlyInAnyOrderElementsOf(with(treeOf(numbered(100)), "/later"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"beegfs-ctl", "beegfs"})
  void aShardWhoseAnswersDoNotMatchIsNotPutIntoPlace(String tool) throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, tool);
    beegfs.files(numbered(30));
    beegfs.paths("STAND_IN_DROPS", List.of("/d/f7"));
    Path earlier =
        Files.writeString(
            Files.createDirectories(out()).resolve("inventory-20260101T000000Z-00000.stat0"), "");

    Scripts.Result result = export(beegfs, "--shard", "8");

    assertThat(result.code()).as(result.err()).isEqualTo(PARTIAL);
    assertThat(result.err())
        .containsPattern("attempt 2 of 2, failed: 7 (blocks|lines) for 8 entries")
        .contains("1 of 4 shards failed");
    Files.delete(earlier);
    assertThat(StandInBeegfs.listed(out())).hasSize(24).doesNotContain("/d/f7");
    assertThat(onlyPairsOf(tool)).isTrue();

    beegfs.paths("STAND_IN_DROPS", List.of());
    Scripts.Result again = export(beegfs, "--shard", "8");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(StandInBeegfs.listed(out()))
        .containsExactlyInAnyOrderElementsOf(treeOf(numbered(30)));
  }

  @Test
  void aShardThatFailedOnceIsAskedForAgain() throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs-ctl");
    beegfs.files(numbered(10));
    beegfs.paths("STAND_IN_DROPS", List.of("/d/f7"));
    beegfs.set("STAND_IN_ONCE", house.resolve("once").toString());
    Scripts.Result result = export(beegfs);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("attempt 1 of 2, failed: 11 blocks for 12 entries");
    assertThat(StandInBeegfs.listed(out())).hasSize(12);
  }

  @Test
  void anOutageInTheMiddleLosesNoPath() throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs");
    beegfs.files(numbered(30));
    Path down = house.resolve("down");
    beegfs.set("STAND_IN_DOWN", down.toString());
    beegfs.paths("STAND_IN_BREAKS", List.of("/d/f20"));

    Scripts.Result result = export(beegfs, "--shard", "8", "--jobs", "1");

    assertThat(result.code()).as(result.err()).isIn(UserError.FAILED, PARTIAL);
    assertThat(result.err()).contains("beegfs does not answer", "connection refused");
    beegfs.paths("STAND_IN_BREAKS", List.of());
    Files.delete(down);
    Scripts.Result again = export(beegfs, "--shard", "8");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).contains(" 0 without entry info");
    assertThat(StandInBeegfs.listed(out()))
        .containsExactlyInAnyOrderElementsOf(treeOf(numbered(30)));
  }

  @Test
  void theRateHoldsOverAllJobs() throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs-ctl");
    beegfs.files(numbered(118));
    Instant start = Instant.now();
    Scripts.Result result = export(beegfs, "--shard", "20", "--jobs", "6", "--rate", "60");
    Duration took = Duration.between(start, Instant.now());
    assertThat(result.code()).as(result.err()).isZero();
    // 120 listed and 120 asked for at 60 a second, but the last 20 or so need no wait behind them.
    assertThat(took).isBetween(Duration.ofMillis(3300), Duration.ofSeconds(20));
  }

  @Test
  void aCompleteWalkReplacesEarlierOnesOfItsName() throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs-ctl");
    beegfs.files(List.of("/a", "/gone"));
    assertThat(export(beegfs).code()).isZero();
    Path other = out().resolve("inventory-b-20260101T000000Z-00000.stat0");
    Path note = out().resolve("inventory-notes.txt");
    Files.writeString(other, "");
    Files.writeString(note, "");
    Files.delete(beegfs.mount().resolve("gone"));

    assertThat(export(beegfs, "--keep").code()).isZero();
    assertThat(StandInBeegfs.files(out(), ".entryinfo")).hasSize(2);
    beegfs.tool("find", "#!/bin/sh\n'" + which("find") + "' \"$@\"; exit 1\n");
    Scripts.Result unread = export(beegfs);
    assertThat(unread.code()).isEqualTo(PARTIAL);
    assertThat(unread.err()).contains("find could not read everything below " + beegfs.mount());
    assertThat(StandInBeegfs.files(out(), ".entryinfo")).hasSize(3);
    beegfs.tool("find", "#!/bin/sh\nexec '" + which("find") + "' \"$@\"\n");

    assertThat(export(beegfs).code()).isZero();
    assertThat(other).exists();
    assertThat(note).exists();
    Files.delete(other);
    assertThat(StandInBeegfs.listed(out())).containsExactlyInAnyOrder("/", "/a");
  }

  @Test
  void anUnfinishedWalkIsOfOneFileSystemAndNotOld() throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs-ctl", "beegfs");
    beegfs.files(List.of("/a"));
    beegfs.paths("STAND_IN_DROPS", List.of("/a"));
    assertThat(export(beegfs, "--cli", "v7").code()).isEqualTo(UserError.FAILED);
    beegfs.paths("STAND_IN_DROPS", List.of());
    Scripts.Result other = export(beegfs, "--cli", "v8");
    assertThat(other.code()).isEqualTo(UserError.FAILED);
    assertThat(other.err()).contains("with --cli v7", "--resume 0");
    Scripts.Result anew = export(beegfs, "--cli", "v8", "--resume", "0");
    assertThat(anew.code()).as(anew.err()).isZero();
    assertThat(anew.err()).contains("is begun anew");
    assertThat(onlyPairsOf("beegfs")).isTrue();
  }

  @Test
  void mistakesAreSentences() throws Exception {
    assertThat(Scripts.run(SCRIPT, "--help").out()).contains("--mount DIRECTORY", "--rate N");
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs-ctl", "beegfs");
    for (String[] arguments :
        List.of(
            new String[] {"--output"},
            new String[] {"--cli", "v9"},
            new String[] {"--jobs", "0"},
            new String[] {"--jobs", "many"},
            new String[] {"--rate", "-1"},
            new String[] {"--shard", "100001"},
            new String[] {"--shard", "0"},
            new String[] {"--resume", "1.5"},
            new String[] {"--name", "../x"},
            new String[] {"--name", ".x"},
            new String[] {"/mnt/beegfs"},
            new String[] {"--mont", "x"},
            new String[] {})) {
      Scripts.Result result = export(beegfs, arguments);
      assertThat(result.code()).as(String.join(" ", arguments)).isEqualTo(UserError.USAGE);
      assertThat(result.err()).contains("--help");
    }
    assertThat(export(beegfs).err()).contains("Both beegfs-ctl and beegfs", "--cli v7 or --cli v8");
    assertThat(Scripts.run(SCRIPT, "--mount", "x").code()).isEqualTo(UserError.USAGE);
    assertThat(Scripts.run(SCRIPT, "--output", "x").code()).isEqualTo(UserError.USAGE);
    assertThat(out()).doesNotExist();

    Path bare = Files.createDirectories(house.resolve("bare"));
    Files.createSymbolicLink(bare.resolve("bash"), Path.of(which("bash")));
    beegfs.set("PATH", bare.toString());
    Scripts.Result missing = export(beegfs);
    assertThat(missing.code()).isEqualTo(UserError.FAILED);
    assertThat(missing.err()).contains("Neither beegfs-ctl nor beegfs is on the PATH");
    assertThat(export(beegfs, "--cli", "v8").err()).contains("beegfs, the tool of --cli v8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"beegfs-ctl", "beegfs"})
  void whatIsNoMountPointOfABeegfsIsNotListed(String tool) throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, tool);
    beegfs.files(List.of("/d/a"));
    for (String directory : List.of("the mount/d", "the tools", "nowhere")) {
      Scripts.Result result =
          Scripts.run(
              beegfs.environment(),
              SCRIPT,
              "--mount",
              house.resolve(directory).toString(),
              "--output",
              out().toString());
      assertThat(result.code()).as(directory).isEqualTo(UserError.FAILED);
      assertThat(result.err()).contains(directory).doesNotContain("Listed");
    }
    assertThat(StandInBeegfs.files(out(), ".walk")).isEmpty();
  }

  @Test
  void twoWalksOfANameDoNotMix() throws Exception {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs-ctl");
    Path lock = Files.createDirectories(out()).resolve("_inventory.walk.lock");
    Process holder =
        new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo held; exec cat").start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("held");
      Scripts.Result result = export(beegfs);
      assertThat(result.code()).isEqualTo(LOCKED);
      assertThat(result.err()).contains("Another walk named inventory");
    } finally {
      holder.getOutputStream().close();
      holder.waitFor();
    }
    assertThat(export(beegfs).code()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"beegfs-ctl, --unmounted", "beegfs, --no-ioctl"})
  void askedNotToOpenItOpensNothing(String tool, String option) throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, tool);
    beegfs.files(numbered(3));
    beegfs.set("STAND_IN_NO_IOCTL", "yes");
    Scripts.Result result = export(beegfs, "--no-open");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(beegfs.arguments()).allMatch(arguments -> arguments.contains(option));
    assertThat(StandInBeegfs.listed(out())).hasSize(5);
    assertThat(result.out()).contains(" 0 without entry info");
  }

  @Test
  void aPathThatVanishesCostsOneMoreRun() throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs");
    beegfs.files(numbered(40));
    beegfs.paths("STAND_IN_VANISH", List.of("/d/f7", "/d/f19", "/d/f33"));
    Scripts.Result result = export(beegfs);
    assertThat(result.code()).as(result.err()).isEqualTo(PARTIAL);
    assertThat(result.out()).contains(" 3 without entry info");
    try (Stream<Path> runs = Files.list(house.resolve("recorded"))) {
      assertThat(runs.filter(run -> run.getFileName().toString().startsWith("argv")))
          .as("the root, all, and one for each of the three")
          .hasSize(5);
    }
  }

  private Path out() {
    return house.resolve("the drop");
  }

  private Scripts.Result export(StandInBeegfs beegfs, String... arguments) throws IOException {
    return Scripts.run(beegfs.environment(), SCRIPT, of(beegfs, arguments));
  }

  private String[] of(StandInBeegfs beegfs, String... arguments) {
    return Stream.concat(
            Stream.of("--mount", "" + beegfs.mount(), "--output", "" + out()), Stream.of(arguments))
        .toArray(String[]::new);
  }

  /** Starts an export, ends it when it says something, and returns its exit code. */
  private int endAt(String word, String signal, StandInBeegfs beegfs, String... arguments)
      throws Exception {
    ProcessBuilder builder = Scripts.command(SCRIPT, of(beegfs, arguments));
    builder.environment().putAll(beegfs.environment());
    Process process = builder.start();
    try (BufferedReader err = process.errorReader(StandardCharsets.ISO_8859_1)) {
      String line = err.readLine();
      while (line != null && !line.startsWith(word)) {
        line = err.readLine();
      }
      assertThat(line).as("it ran until it said " + word).isNotNull();
      if (signal.equals("SIGKILL")) {
        process.destroyForcibly();
      } else {
        process.toHandle().destroy();
      }
      return process.waitFor();
    }
  }

  /** Whether every visible file of the drop directory belongs to a pair. */
  private boolean onlyPairsOf(String tool) throws IOException {
    String suffix = tool.equals("beegfs") ? ".entries.ndjson" : ".entryinfo";
    try (Stream<Path> files = Files.list(out())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("_"))
          .allMatch(
              name ->
                  name.endsWith(".stat0")
                      ? Files.exists(out().resolve(name.replace(".stat0", suffix)))
                      : Files.exists(out().resolve(name.replace(suffix, ".stat0"))));
    }
  }

  private TableDirectory ingest(SparkSession spark) {
    TableDirectory tables = new TableDirectory(house.resolve("tables").toString());
    String settings =
        "chunkopt { inputs.inventory = \"%s\", output.root = \"%s\" }".formatted(out(), house);
    new IngestJob()
        .run(spark, new Run(LocalDate.of(2026, 11, 23), SettingsReader.parse(settings), tables));
    return tables;
  }

  private static List<String> paths(SparkSession spark, TableDirectory tables) {
    List<Row> rows = tables.read(spark, Tables.FILES).select("path_bytes").collectAsList();
    return rows.stream()
        .map(row -> new String(row.<byte[]>getAs(0), StandardCharsets.ISO_8859_1))
        .toList();
  }

  /** Files with the entry info of another; the tools make the EntryID of the inode number. */
  private static long foreignEntryInfo(SparkSession spark, TableDirectory tables, String rest) {
    return tables
        .read(spark, Tables.FILES)
        .filter("entry_type = 'file' AND entry_id <> hex(inode) || '" + rest + "'")
        .count();
  }

  /** The inode numbers of the stat records, or those of the blocks beside them, but of the root. */
  private List<String> inodes(String suffix) throws IOException {
    List<String> inodes = new ArrayList<>();
    for (Path file : StandInBeegfs.files(out(), suffix)) {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      if (suffix.equals(".stat0")) {
        Stream.of(text.split("\0"))
            .filter(record -> !record.endsWith("\t/"))
            .map(record -> Long.toHexString(Long.parseLong(record.split("\t")[0])))
            .forEach(inode -> inodes.add(inode.toUpperCase(Locale.ROOT)));
      } else {
        text.lines()
            .filter(line -> line.startsWith("EntryID: ") && !line.endsWith("root"))
            .forEach(line -> inodes.add(line.substring(9, line.indexOf('-'))));
      }
    }
    return inodes;
  }

  private static List<String> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> "/d/f" + i).toList();
  }

  /** Files and the directories above them. */
  private static List<String> treeOf(List<String> files) {
    return files.stream()
        .flatMap(
            file ->
                IntStream.rangeClosed(0, file.length())
                    .filter(i -> i == file.length() || file.charAt(i) == '/')
                    .mapToObj(i -> i == 0 ? "/" : file.substring(0, i)))
        .distinct()
        .toList();
  }

  private static List<String> with(List<String> paths, String... more) {
    return Stream.concat(paths.stream(), Stream.of(more)).toList();
  }

  private static String which(String program) throws IOException {
    for (String directory : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return Path.of(directory, program).toRealPath().toString();
      }
    }
    throw new IOException(program + " is not on the PATH.");
  }
}
