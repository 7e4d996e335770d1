package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.chunkopt.testing.Influxd;
import org.chunkopt.testing.PulledFiles;
import org.chunkopt.testing.Scripts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportInfluxTest {
  private static final String SCRIPT = "export-influx.sh";

  /** As the script sees it: a day is complete five minutes after its end. */
  private static final LocalDate TODAY =
      LocalDate.ofInstant(Instant.now().minus(Duration.ofMinutes(5)), ZoneOffset.UTC);

  @TempDir Path house;

  @Test
  void everyDayOfARunningServerIsAFileOfItsOwn(@TempDir Path home) throws IOException {
    Scripts.Result found = Scripts.run("find-influx-inspect");
    assumeTrue(found.code() == 0, found.err());
    Path tools = Path.of(found.out().strip()).getParent();
    try (Influxd influxd = Influxd.start(home)) {
      influxd.createDatabase("beegfs mon");
      for (LocalDate day = TODAY.minusDays(3); !day.isAfter(TODAY); day = day.plusDays(1)) {
        long midnight = day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
        influxd.write(
            "beegfs mon",
            """
            meta,nodeID=a\\ b,nodeNumID=1 isResponding=true %d000000000
            meta,nodeID=a\\ b,nodeNumID=1 isResponding=false %d999999999
            """
                .formatted(midnight, midnight + 86_399));
      }
      String[] arguments = {
        "--database", "beegfs mon", "--data", "" + influxd.data(), "--wal", "" + influxd.wal()
      };
      Scripts.Result first = export(tools, with(arguments, "--from", "" + TODAY.minusDays(3)));
      assertThat(first.code()).as(first.err()).isZero();
      Map<String, List<String>> days = files();
      assertThat(days)
          .containsOnlyKeys(
              "beegfs_mon-%s.lp.gz".formatted(TODAY.minusDays(3)),
              "beegfs_mon-%s.lp.gz".formatted(TODAY.minusDays(2)),
              "beegfs_mon-%s.lp.gz".formatted(TODAY.minusDays(1)));
      assertThat(days.values())
          .as("midnight belongs to one day")
          .allSatisfy(
              lines ->
                  assertThat(lines)
                      .filteredOn(line -> line.startsWith("meta"))
                      .hasSize(2)
                      .allMatch(l -> l.startsWith("meta,nodeID=a\\ b,nodeNumID=1 isResponding=")));

      Path oldest = house.resolve("out/beegfs_mon-%s.lp.gz".formatted(TODAY.minusDays(3)));
      Files.write(oldest, new byte[0]);
      Files.delete(house.resolve("out/beegfs_mon-%s.lp.gz".formatted(TODAY.minusDays(1))));
      Files.write(
          house.resolve("out/_beegfs_mon-" + TODAY.minusDays(1) + ".unfinished"),
          "x".getBytes(StandardCharsets.UTF_8));
      Scripts.Result second = export(tools, with(arguments, "--today"));
      assertThat(second.code()).as(second.err()).isZero();
      assertThat(second.out().lines()).as("only what is missing").hasSize(2);
      assertThat(oldest).as("complete days are skipped").isEmptyFile();
      Files.delete(oldest);
      assertThat(files())
          .containsOnlyKeys(
              "beegfs_mon-%s.lp.gz".formatted(TODAY.minusDays(2)),
              "beegfs_mon-%s.lp.gz".formatted(TODAY.minusDays(1)),
              "beegfs_mon-%s.partial.lp.gz".formatted(TODAY));
    }
  }

  @Test
  void ofSeveralRetentionPoliciesOneIsAskedFor() throws IOException {
    Path tools =
        standIn(
            "influx_inspect",
            "for a; do [[ $last == -out ]] && echo x | gzip > \"$a\"; last=$a; done");
    Path data = house.resolve("data");
    for (String directory : List.of("mon/_series", "mon/auto/1", "mon/year/2")) {
      Files.createDirectories(data.resolve(directory));
    }
    LocalDate day = TODAY.minusDays(2);
    String[] arguments = {
      "--database",
      "mon",
      "--data",
      "" + data,
      "--wal",
      "" + data,
      "--from",
      "" + day,
      "--until",
      "" + day
    };

    Scripts.Result which = export(tools, arguments);
    assertThat(which.code()).isEqualTo(UserError.USAGE);
    assertThat(which.err()).contains("several retention policies: auto year.", "--retention");

    Scripts.Result one = export(tools, with(arguments, "--retention", "year"));
    assertThat(one.code()).as(one.err()).isZero();
    assertThat(files()).containsOnlyKeys("mon.year-" + day + ".lp.gz");
    assertThat(Files.readAllLines(house.resolve("argv"))).containsSequence("-retention", "year");
  }

  @Test
  void influxTwoIsAskedForABucketDayByDay() throws IOException {
    Path tools =
        standIn(
            "influxd",
            "for a; do [[ $last == --output-path ]] && echo x | gzip > \"$a\"; last=$a; done");
    Path engine = Files.createDirectories(house.resolve("the engine"));
    LocalDate day = TODAY.minusDays(2);

    Scripts.Result result =
        export(
            tools,
            "--bucket-id",
            "0123456789abcdef",
            "--engine",
            "" + engine,
            "--from",
            "" + day,
            "--until",
            "" + day);

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(Files.readAllLines(house.resolve("argv")))
        .containsExactly(
            "inspect",
            "export-lp",
            "--bucket-id",
            "0123456789abcdef",
            "--engine-path",
            engine.toString(),
            "--start",
            day + "T00:00:00Z",
            "--end",
            day + "T23:59:59.999999999Z",
            "--compress",
            "--output-path",
            house.resolve("out/_0123456789abcdef-" + day + ".unfinished").toString());
    assertThat(files()).containsEntry("0123456789abcdef-" + day + ".lp.gz", List.of("x"));
  }

  @Test
  void aToolThatFailsOrIsCutOffLeavesNoFile() throws IOException {
    Path engine = Files.createDirectories(house.resolve("engine"));
    for (String body : List.of("exit 3", "for a; do :; done; printf '\\x1f\\x8b' > \"$a\"")) {
      Scripts.Result result =
          export(standIn("influxd", body), "--bucket-id", "b", "--engine", "" + engine);
      assertThat(result.code()).isNotZero();
      assertThat(files()).isEmpty();
    }
  }

  @Test
  void mistakesAreSentences() throws IOException {
    assertThat(Scripts.run(SCRIPT, "--help").out()).contains("--output DIRECTORY", "--bucket-id");
    for (String[] arguments :
        List.of(
            new String[] {},
            new String[] {"--output"},
            new String[] {"--outptu", "x"},
            new String[] {"--output", "x", "--from", "2026-02-30"},
            new String[] {"--output", "x", "--until", "yesterday"})) {
      Scripts.Result result = Scripts.run(SCRIPT, arguments);
      assertThat(result.code()).as(String.join(" ", arguments)).isEqualTo(UserError.USAGE);
      assertThat(result.err()).contains("--help");
    }
    Scripts.Result result =
        export(standIn("influxd", "exit 0"), "--bucket-id", "b", "--engine", "/nowhere");
    assertThat(result.code()).isEqualTo(UserError.FAILED);
    assertThat(result.err()).contains("/nowhere does not exist");
  }

  private Scripts.Result export(Path tools, String... arguments) throws IOException {
    String path = tools + ":" + System.getenv("PATH");
    return Scripts.run(
        Map.of("PATH", path), SCRIPT, with(arguments, "--output", "" + house.resolve("out")));
  }

  /** A program that records its arguments, one a line, and runs a body. */
  private Path standIn(String name, String body) throws IOException {
    Path tools = Files.createDirectories(house.resolve("tools"));
    Path program = tools.resolve(name);
    Files.writeString(
        program,
        "#!/usr/bin/env bash\nlast=\nprintf '%%s\\n' \"$@\" >> '%s'\n%s\n"
            .formatted(house.resolve("argv"), body));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return tools;
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }

  private Map<String, List<String>> files() throws IOException {
    return PulledFiles.of(house.resolve("out"));
  }
}
