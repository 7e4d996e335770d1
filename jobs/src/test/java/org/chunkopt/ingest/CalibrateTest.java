package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chunkopt.UserError;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Scripts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calibration sweep on a local directory: real files, stand-ins for the tools of BeeGFS. */
class CalibrateTest {
  private static final String SCRIPT = "calibrate.sh";
  private static final int ENDED_EARLY = 2;
  private static final Long[] CHUNKS = {
    1L << 16, 1L << 17, 1L << 18, 1L << 19, 1L << 20, 1L << 21, 1L << 22, 1L << 23
  };

  @TempDir Path house;

  private final Map<String, String> environment = new HashMap<>();
  private Path mount;
  private Path scratch;
  private Path table;
  private Path neighbour;

  @BeforeEach
  void furnish() throws IOException {
    mount = Files.createDirectories(house.resolve("mount")).toRealPath();
    scratch = Files.createDirectories(mount.resolve("the scratch"));
    table = house.resolve("sweep.csv");
    neighbour = Files.writeString(scratch.resolve("neighbour"), "stays");
    Path state = Files.createDirectories(house.resolve("state"));
    environment.put("STATE", state.toString());
    environment.put("PATH", house.resolve("tools") + ":" + System.getenv("PATH"));
    install("beegfs-ctl");
    install("beegfs");
  }

  @Test
  void everyCellIsMeasuredWithEveryChunkSize() throws IOException {
    Scripts.Result result =
        calibrate(
            "--cli=v7",
            "--tool=dd",
            "--cached",
            "--targets=1,default,5",
            "--requests=64K",
            "--processes=1,2",
            "--file-size=128K",
            // Three numbers of targets, three combinations of processes and sharing, once.
            "--max-bytes=9M");

    assertThat(result.code()).as(result.err()).isZero();
    List<Map<String, Object>> rows = rows(table);
    Map<String, List<Map<String, Object>>> groups = byGroup(rows);
    assertThat(groups).as("each cell is a group of its own").hasSize(18);
    assertThat(groups.values())
        .allSatisfy(
            group ->
                assertThat(group)
                    .extracting(row -> row.get("chunk_bytes"))
                    .containsExactlyInAnyOrder((Object[]) CHUNKS));
    assertThat(orders(groups)).as("orders of the chunk sizes").hasSizeGreaterThan(15);
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row)
                  .containsEntry("request_bytes", 65_536L)
                  .containsEntry("sequential_share", 1D)
                  .containsEntry("source", "calibrate-dd-cached");
              assertThat((String) row.get("path"))
                  .matches("/the scratch/chunkopt-cal[^/]+/p.*/f.*");
              assertThat(row)
                  .containsEntry(
                      "target_ids",
                      List.of(101, 102, 103).subList(0, (int) row.get("num_targets")));
              boolean split = row.get("processes").equals(2) && row.get("shared").equals(false);
              assertThat(row).containsEntry("file_size_bytes", split ? 65_536L : 131_072L);
            });
    assertThat(rows)
        .extracting(row -> row.get("num_targets"))
        .as("the scratch directory's default, and what there is where more are desired")
        .containsOnly(1, 2, 3);
    assertThat(rows).extracting(row -> row.get("read_share")).containsOnly(0D, 1D);
    assertThat(rows)
        .filteredOn(row -> row.get("shared").equals(true))
        .hasSize(48)
        .allMatch(row -> row.get("processes").equals(2));
    assertThat(result.err()).contains("random access is left out", "n2/shared/sequential/write");

    List<String> patterns = commands("beegfs-ctl --setpattern");
    assertThat(patterns).hasSize(24).doesNotHaveDuplicates();
    String own = scratch + "/" + groups.keySet().iterator().next().split("/")[0] + "/";
    assertThat(patterns)
        .allMatch(
            line -> line.matches("beegfs-ctl --setpattern --chunksize=\\S+ --numtargets=\\d /.*"))
        .allMatch(line -> line.contains(" " + own))
        .anyMatch(line -> line.contains("--chunksize=64k --numtargets=5"))
        .anyMatch(line -> line.contains("--chunksize=8m --numtargets=2"));
    requireNothingLeft();
    assertThat(table.resolveSibling("sweep.csv.partial")).doesNotExist();
  }

  @Test
  void directIoIsTheDefault() throws IOException {
    assumeTrue(
        new ProcessBuilder(
                    "dd",
                    "if=/dev/zero",
                    "of=" + house.resolve("direct"),
                    "bs=64K",
                    "count=1",
                    "oflag=direct",
                    "status=none")
                .inheritIO()
                .start()
                .onExit()
                .join()
                .exitValue()
            == 0,
        "The file system of the temporary directory has no direct I/O.");
    Scripts.Result result =
        calibrate(
            "--cli=v8",
            "--tool=dd",
            "--targets=1",
            "--requests=64K,16K",
            "--processes=1",
            "--file-size=64K",
            "--max-bytes=1M");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(rows(table))
        .hasSize(32)
        .allMatch(row -> row.get("source").equals("calibrate-dd-direct"));
    requireNothingLeft();
  }

  @Test
  void fioMeasuresRandomAccessOnEveryPool() throws IOException {
    install("fio");
    Scripts.Result result =
        calibrate(
            "--cli=v8",
            "--pools=1,7",
            "--targets=2",
            "--requests=64K",
            "--processes=2",
            "--file-size=512K",
            "--max-bytes=20M");

    assertThat(result.code()).as(result.err()).isZero();
    List<Map<String, Object>> rows = rows(table);
    assertThat(byGroup(rows))
        .as("pools, private or shared, sequential or random, read or write")
        .hasSize(16);
    assertThat(rows)
        .allSatisfy(
            row -> {
              boolean random = row.get("sequential_share").equals(0D);
              assertThat(row)
                  .containsEntry("target_ids", List.of(201, 202))
                  .containsEntry("source", "calibrate-fio-direct");
              // The stand-in rounds 1.25 and, of the random quarter, 0.3 ms up as fio does.
              double moved = (random ? 0.0625 : 0.25) * 2;
              double millis = random ? 1 : 3;
              assertThat((double) row.get("throughput_mib_s"))
                  .isCloseTo(moved * 1000 / millis, within(0.01));
            });
    assertThat(commands("beegfs entry set"))
        .hasSize(16)
        .allMatch(line -> line.matches("beegfs entry set --chunk-size \\d+[KM]i .* /.*"))
        .anyMatch(line -> line.contains("--chunk-size 64Ki --num-targets 2 --pool 7 /"))
        .anyMatch(line -> line.contains("--chunk-size 8Mi --num-targets 2 --pool 1 /"));
    assertThat(commands("fio"))
        .hasSize(128)
        .allMatch(line -> line.contains(" --direct=1 ") && line.contains(" --numjobs=2 "));
    assertThat(commands("fio --name=calibrate --rw=write"))
        .allMatch(l -> l.contains("--end_fsync=1"));
    requireNothingLeft();
  }

  @Test
  void aDryRunPrintsABalancedPlanAndTouchesNothing() throws IOException {
    install("fio");
    var before = Files.getLastModifiedTime(scratch);
    Scripts.Result result = calibrate("--cli=v7", "--dry-run", "--minutes=20");

    assertThat(result.code()).as(result.err()).isZero();
    List<String> plan = result.out().lines().toList();
    assertThat(plan).hasSize(16);
    assertThat(plan.get(15))
        .startsWith("Planned: 15 of 75 combinations x 4 kinds of access x 8 chunk sizes = 480 ");
    for (String level : List.of("64K", "256K", "1M", "4M", "16M")) {
      assertThat(plan).filteredOn(l -> l.contains("requests " + level + ",")).hasSize(3);
    }
    for (String level : List.of("targets 1,", "targets 2,", "targets 4,")) {
      assertThat(plan).filteredOn(l -> l.contains(level)).hasSize(5);
    }
    for (String level : List.of("processes 1,", "processes 4,", "processes 16,")) {
      assertThat(plan).filteredOn(l -> l.contains(level)).hasSizeBetween(4, 6);
    }
    assertThat(plan).noneMatch(line -> line.contains("processes 1, shared"));
    assertThat(calibrate("--cli=v7", "--dry-run", "--minutes=20").out()).isEqualTo(result.out());
    assertThat(calibrate("--cli=v7", "--dry-run", "--minutes=20", "--seed=2").out())
        .isNotEqualTo(result.out());

    assertThat(Files.getLastModifiedTime(scratch)).isEqualTo(before);
    assertThat(commands("")).allMatch(line -> line.contains(" --getentryinfo "));
    assertThat(table).doesNotExist();
    requireNothingLeft();
  }

  @Test
  void theBytesAreALimitOfThePlanAndOfTheRepeats() throws IOException {
    install("fio");
    // A combination writes 8 files of 128K, and a quarter of them, but at least a request, again.
    Scripts.Result result = small("--max-bytes=4M");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("ended because", "more than --max-bytes");
    assertThat(result.err()).contains("64 of 64 measurements took less than 0.1 seconds");
    Map<String, List<Map<String, Object>>> groups = byGroup(rows(table));
    assertThat(groups.keySet().stream().map(group -> group.split("/")[1]))
        .as("two repeats of 1.5M")
        .containsOnly("r1", "r2");
    assertThat(groups).hasSize(8);

    Files.delete(table);
    Scripts.Result tooSmall = small("--max-bytes=1M");
    assertThat(tooSmall.code()).isEqualTo(UserError.USAGE);
    assertThat(tooSmall.err()).contains("writes 1.5 MiB, more than --max-bytes");
    assertThat(table).doesNotExist();
  }

  @Test
  void aSweepWithoutTimeIsAValidTableOfWholeCells() throws IOException {
    install("fio");
    Scripts.Result result = small("--minutes=0.01");
    assertThat(result.code()).as(result.err()).isEqualTo(ENDED_EARLY);
    assertThat(result.out()).contains("8 measurements", "--minutes");
    assertThat(byGroup(rows(table)).values())
        .singleElement()
        .satisfies(
            group ->
                assertThat(group)
                    .extracting(row -> row.get("chunk_bytes"))
                    .containsExactlyInAnyOrder((Object[]) CHUNKS));
    requireNothingLeft();
  }

  @Test
  void filesAreAsLargeAsTheDiskIsFast() throws IOException {
    install("fio");
    // The stand-in takes 100 MiB a second: two seconds are 200 MiB, and the power of two below it.
    Scripts.Result result =
        calibrate("--cli=v7", "--targets=1", "--requests=1M", "--processes=1", "--max-bytes=3G");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("A measurement is of about 128M.");
    assertThat(rows(table))
        .isNotEmpty()
        .allMatch(row -> row.get("file_size_bytes").equals(128L << 20));
    requireNothingLeft();
  }

  @Test
  void aPatternThatBeeGfsRefusesEndsTheSweepBeforeAByteIsWritten() throws IOException {
    install("fio");
    environment.put("REFUSED", "256k");
    requireRefusal("--cli=v7", "Setting of new stripe pattern failed: Operation not permitted");
    environment.put("REFUSED", "256Ki");
    requireRefusal("--cli=v8", "permission denied");
    environment.remove("REFUSED");
    environment.put("IGNORED", "1Mi");
    requireRefusal("--cli=v8", "did not take the pattern");
  }

  private void requireRefusal(String cli, String words) throws IOException {
    Scripts.Result result = small(cli);
    assertThat(result.code()).isEqualTo(UserError.FAILED);
    assertThat(result.err()).contains(words).doesNotContain("Traceback");
    assertThat(commands("fio ")).isEmpty();
    assertThat(table).doesNotExist();
    assertThat(table.resolveSibling("sweep.csv.partial")).doesNotExist();
    requireNothingLeft();
  }

  @Test
  void aSignalCleansUpAndKeepsWhatWasMeasured() throws Exception {
    install("fio");
    environment.put("STUCK_CALL", "20");
    ProcessBuilder builder =
        new ProcessBuilder(Path.of("../submit-scripts", SCRIPT).toRealPath().toString());
    builder.command().addAll(List.of(smallArguments()));
    builder.environment().putAll(environment);
    Path err = house.resolve("err");
    Process sweep = builder.redirectErrorStream(true).redirectOutput(err.toFile()).start();
    Path stuck = house.resolve("state/stuck");
    Instant deadline = Instant.now().plus(Duration.ofMinutes(1));
    while (!Files.exists(stuck) || Files.size(stuck) == 0) {
      assertThat(Instant.now()).as(Files.readString(err)).isBefore(deadline);
      assertThat(sweep.waitFor(20, TimeUnit.MILLISECONDS)).as(Files.readString(err)).isFalse();
    }
    long fio = Long.parseLong(Files.readString(stuck).strip());
    List<ProcessHandle> started =
        ProcessHandle.of(fio).stream()
            .flatMap(each -> Stream.concat(Stream.of(each), each.descendants()))
            .toList();
    assertThat(started).isNotEmpty();

    sweep.destroy();
    assertThat(sweep.waitFor(30, TimeUnit.SECONDS)).isTrue();

    assertThat(sweep.exitValue()).isEqualTo(UserError.FAILED);
    assertThat(Files.readString(err))
        .contains("Interrupted by SIGTERM.", "sweep.csv.partial holds the 19 measurements so far")
        .doesNotContain("Traceback");
    assertThat(rows(table.resolveSibling("sweep.csv.partial"))).hasSize(19);
    assertThat(table).doesNotExist();
    for (ProcessHandle each : started) {
      each.onExit().get(10, TimeUnit.SECONDS);
    }
    requireNothingLeft();

    environment.remove("STUCK_CALL");
    Scripts.Result again = small();
    assertThat(again.code()).isEqualTo(UserError.FAILED);
    assertThat(again.err()).contains("sweep.csv.partial exists. Move it away");
  }

  @Test
  void onlyItsOwnDirectoryIsRemoved() throws IOException {
    install("fio");
    Path elsewhere = Files.createDirectories(house.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("precious"), "stays");
    environment.put(
        "SPOILED", "ln -sfn '%s' ../link; ln -sfn '%s' ./link".formatted(elsewhere, elsewhere));
    Scripts.Result linked = small();
    assertThat(linked.code()).as(linked.err()).isZero();
    assertThat(elsewhere.resolve("precious")).hasContent("stays");
    requireNothingLeft();

    Files.delete(table);
    environment.put("SPOILED", "echo other > ../.chunkopt-calibrate");
    Scripts.Result unmarked = small();
    assertThat(unmarked.err()).contains("could not be removed: it is no longer what this sweep");
    try (Stream<Path> left = Files.list(scratch)) {
      assertThat(left).hasSize(2);
    }
    Files.delete(table);
    assertThat(small("--dry-run").err()).contains("is of another sweep");
  }

  @Test
  void whatItCannotWorkWithIsASentence() throws IOException {
    install("fio");
    String own = scratch.toString();
    requireFailure("does not exist", "--scratch", own + "/nowhere", "--mount", "" + mount);
    requireFailure("is not below the mount", "--scratch", own, "--mount", "" + neighbourhood());
    requireFailure("not BeeGFS", "--scratch", own);
    Path cut = Files.createDirectories(mount.resolve("the scratch=x"));
    requireFailure("equals sign", "--cli=v7", "--scratch", "" + cut, "--mount", "" + mount);
    requireFailure(
        "need twice their size",
        "--scratch",
        own,
        "--mount",
        "" + mount,
        "--file-size=1P",
        "--processes=1",
        "--max-bytes=100P");
    Files.delete(house.resolve("tools/beegfs"));
    requireFailure(
        "beegfs is not on the PATH", "--cli=v8", "--scratch", own, "--mount", "" + mount);
    Files.writeString(table, "older");
    Scripts.Result result = small();
    assertThat(result.code()).isEqualTo(UserError.FAILED);
    assertThat(result.err()).contains("sweep.csv exists. Move it away");
    assertThat(table).hasContent("older");
    requireNothingLeft();
  }

  private Path neighbourhood() throws IOException {
    return Files.createDirectories(house.resolve("mount2"));
  }

  private void requireFailure(String words, String... arguments) throws IOException {
    Scripts.Result result =
        Scripts.run(environment, SCRIPT, with(arguments, "--output", "" + table));
    assertThat(result.code()).as(result.err()).isEqualTo(UserError.FAILED);
    assertThat(result.err()).contains(words).doesNotContain("Traceback");
    assertThat(table).doesNotExist();
  }

  @Test
  void mistakesOfTheCommandLineAreSentences() throws IOException {
    assertThat(Scripts.run(SCRIPT, "--help").out())
        .startsWith("calibrate.sh --scratch DIRECTORY")
        .contains("--max-bytes SIZE", "Exit codes: 0 ")
        .doesNotContain("set -e");
    for (String wrong :
        List.of(
            "--nonsense",
            "--minutes=0",
            "--minutes=soon",
            "--max-bytes=lots",
            "--file-size=0",
            "--cli=v9",
            "--tool=ior",
            "--requests=1000",
            "--requests=64K,x",
            "--processes=0",
            "--processes=1,two",
            "--targets=-1",
            "--pools=1,,2",
            "--pools=--x",
            "--seed=x")) {
      Scripts.Result result = calibrate(wrong);
      assertThat(result.code()).as(wrong).isEqualTo(UserError.USAGE);
      assertThat(result.err()).as(wrong).contains("See calibrate.sh --help.");
    }
    Scripts.Result result = Scripts.run(SCRIPT, "--scratch", "/tmp");
    assertThat(result.code()).isEqualTo(UserError.USAGE);
    assertThat(result.err()).contains("--output");
    requireNothingLeft();
  }

  @Test
  void theRealFioIsUnderstood() throws IOException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(each -> Files.isExecutable(Path.of(each, "fio"))),
        "There is no fio on the PATH.");
    Scripts.Result result =
        calibrate(
            "--cli=v8",
            "--tool=fio",
            "--cached",
            "--targets=1",
            "--requests=64K",
            "--processes=2",
            "--file-size=256K",
            "--max-bytes=6M");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(byGroup(rows(table))).hasSize(8);
    requireNothingLeft();
  }

  /** Sweeps one combination, with one process. */
  private Scripts.Result small(String... more) throws IOException {
    return Scripts.run(environment, SCRIPT, smallArguments(more));
  }

  private String[] smallArguments(String... more) {
    String[] arguments = {
      "--scratch=" + scratch,
      "--mount=" + mount,
      "--output=" + table,
      "--cli=v7",
      "--targets=1",
      "--requests=64K",
      "--processes=1",
      "--file-size=128K",
      "--max-bytes=2M"
    };
    return with(arguments, more);
  }

  private Scripts.Result calibrate(String... arguments) throws IOException {
    return Scripts.run(
        environment,
        SCRIPT,
        with(arguments, "--scratch=" + scratch, "--mount=" + mount, "--output=" + table));
  }

  /** The rows of a table, all of which the parser of sweeps takes. */
  private static List<Map<String, Object>> rows(Path table) throws IOException {
    LogRows rows = SweepCsvTest.rows(Files.readAllBytes(table)).requireBalance();
    assertThat(rows.of(Tables.REJECTS)).isEmpty();
    return rows.of(Tables.SWEEPS);
  }

  private static Map<String, List<Map<String, Object>>> byGroup(List<Map<String, Object>> rows) {
    return rows.stream()
        .collect(
            Collectors.groupingBy(
                row -> (String) row.get("group_name"), TreeMap::new, Collectors.toList()));
  }

  private static List<List<Object>> orders(Map<String, List<Map<String, Object>>> groups) {
    return groups.values().stream()
        .map(group -> group.stream().map(row -> row.get("chunk_bytes")).toList())
        .distinct()
        .toList();
  }

  /** The command lines of the stand-ins that begin like this. */
  private List<String> commands(String start) throws IOException {
    Path argv = house.resolve("state/argv");
    return Files.exists(argv)
        ? Files.readAllLines(argv).stream().filter(line -> line.startsWith(start)).toList()
        : new ArrayList<>();
  }

  private void requireNothingLeft() throws IOException {
    try (Stream<Path> left = Files.list(scratch)) {
      assertThat(left).containsExactly(neighbour);
    }
    assertThat(neighbour).hasContent("stays");
  }

  private void install(String tool) throws IOException {
    Path program = Files.createDirectories(house.resolve("tools")).resolve(tool);
    try (InputStream in = CalibrateTest.class.getResourceAsStream("/calibrate/" + tool)) {
      Files.copy(in, program);
    }
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }
}
