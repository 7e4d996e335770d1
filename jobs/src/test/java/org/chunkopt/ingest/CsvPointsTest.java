package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chunkopt.ingest.PointParser.Outcome.ACCEPTED;
import static org.chunkopt.ingest.PointParser.Outcome.BLANK;
import static org.chunkopt.ingest.PointParser.Outcome.COMMENT;
import static org.chunkopt.ingest.PointParser.Outcome.REJECTED;
import static org.chunkopt.ingest.PointParser.Outcome.UNKNOWN;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.chunkopt.tables.RejectReason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvPointsTest {
  private static final String ANNOTATIONS =
      """
      #group,false,false,true,true,false,false,true,true,true,true\r
      #datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string,string\r
      #default,_result,,,,,,,,,\r
      ,result,table,_start,_stop,_time,_value,_field,_measurement,nodeID,nodeNumID\r
      """;

  private final CsvPoints flux = CsvPoints.flux(Long.MAX_VALUE, series -> {});
  private final CsvPoints influxql = CsvPoints.influxql(Long.MAX_VALUE, series -> {});

  /** Points by series, field and time, and what each line was. */
  private record Read(
      Map<String, String> points,
      List<PointParser.Outcome> outcomes,
      Collection<RejectReason> reasons) {
    long count(PointParser.Outcome outcome) {
      return outcomes.stream().filter(outcome::equals).count();
    }
  }

  @Test
  void readsTheShellAsTheHttpApi() {
    Read http = read(influxql, sample("storageTargets.csv"));
    Read shell =
        read(
            CsvPoints.influxql(Long.MAX_VALUE, series -> {}), sample("storageTargets.rfc3339.csv"));
    long rows = sample("storageTargets.csv").lines().count() - 1;
    assertThat(http.count(ACCEPTED)).isEqualTo(rows);
    assertThat(http.points()).hasSize((int) rows * 5);
    assertThat(shell.points())
        .isNotEmpty()
        .allSatisfy((key, value) -> assertThat(http.points()).containsEntry(key, value));
    assertThat(http.points())
        .containsEntry(
            "storageTargets,nodeID=storage01,nodeNumID=1,storageTargetID=101 diskSpaceFree"
                + " 1795453576902922923",
            "4.026150912E9");
  }

  @Test
  void readsTagsOfGroupByAndSecondsAsTheirUnit() {
    Read grouped = read(influxql, sample("storage.groupby-all.s.csv"));
    assertThat(grouped.count(REJECTED)).isZero();
    assertThat(grouped.points())
        .containsEntry(
            "storage,nodeID=storage01,nodeNumID=1 diskSpaceFree 1795453977000000000", "6104.0");
  }

  @Test
  void readsTheUnionOfAllMeasurementsAsTheirOwnExports() throws IOException {
    Read all = read(influxql, sample("all-measurements-1min.csv"));
    assertThat(all.count(REJECTED)).isZero();
    Read storage = read(CsvPoints.influxql(Long.MAX_VALUE, s -> {}), sample("storage.csv"));
    Map<String, String> expected =
        storage.points().entrySet().stream()
            .filter(point -> point.getKey().compareTo("z") < 0)
            .filter(point -> all.points().containsKey(point.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    assertThat(expected).isNotEmpty();
    assertThat(all.points()).containsAllEntriesOf(expected);
    assertThat(all.points().keySet())
        .anyMatch(key -> key.startsWith("highResMeta,nodeID=meta02\\ rack\\=B\\,u7,nodeNumID=2 "));
    String gzipped;
    try (GZIPInputStream in =
        new GZIPInputStream(
            new ByteArrayInputStream(Samples.bytes("influx/highResStorage.csv.gz")))) {
      gzipped = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Read highRes = read(CsvPoints.influxql(Long.MAX_VALUE, s -> {}), gzipped);
    assertThat(highRes.count(ACCEPTED)).isEqualTo(gzipped.lines().count() - 1);
  }

  @Test
  @Tag("R12")
  @DisplayName("R12: a second header within a file holds from there on")
  void headersMayChangeWithinAFile() {
    Read statements = read(influxql, sample("two-statements.csv"));
    assertThat(statements.count(COMMENT)).isEqualTo(2);
    assertThat(statements.count(BLANK)).isEqualTo(1);
    assertThat(statements.count(REJECTED)).isZero();
    assertThat(series(statements)).hasSizeGreaterThan(2);
  }

  @Test
  void rejectsTablesThatHoldNoPoints() {
    Read keys = read(influxql, sample("show-field-keys.csv"));
    assertThat(keys.points()).isEmpty();
    assertThat(keys.count(REJECTED))
        .isEqualTo(sample("show-field-keys.csv").lines().count() - 1 - keys.count(BLANK));
    assertThat(keys.reasons()).containsOnly(RejectReason.MISSING_KEY);
    Read means = read(CsvPoints.influxql(Long.MAX_VALUE, s -> {}), sample("mean-1m-fill-null.csv"));
    assertThat(means.points()).isEmpty();
    assertThat(means.reasons()).containsOnly(RejectReason.MISSING_KEY);
  }

  @Test
  void readsAnnotatedCsvAsTheLineProtocolItWasMadeOf() {
    String lines =
        new String(Samples.bytes("site/metrics/beegfs_mon.window.lp"), StandardCharsets.UTF_8);
    Read expected = read(new LineProtocol(Long.MAX_VALUE, series -> {}), lines);
    Read csv = read(flux, AnnotatedText.of(lines));
    assertThat(csv.points()).isEqualTo(expected.points());
    assertThat(csv.count(ACCEPTED)).isEqualTo(expected.count(ACCEPTED));
    assertThat(csv.count(REJECTED)).isEqualTo(expected.count(REJECTED));
    assertThat(csv.count(UNKNOWN)).isEqualTo(expected.count(UNKNOWN));
  }

  @Test
  @Tag("R12")
  @DisplayName("R12: columns of annotated CSV may stand in any order")
  void takesDefaultsForEmptyCellsAndColumnsInAnyOrder() {
    Read read =
        read(
            flux,
            """
            #datatype,string,long,string,dateTime:RFC3339,string,double,string,string
            #group,false,false,true,false,true,false,true,true
            #default,_result,,highResStorage,,workRequests,,,7
            ,result,table,_measurement,_time,_field,_value,nodeID,nodeNumID
            ,,0,,2026-11-23T17:06:16.9Z,,3,s1,
            ,,0,highResStorage,2026-11-23T18:06:17+01:00,netRecvBytes,4,s1,8

            ,result,table,_time,_value,_field,_measurement,host,cpu
            ,,1,2026-11-23T17:06:20Z,12.5,usage_idle,cpu,h1,cpu-total
            """);
    assertThat(read.points())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "highResStorage,nodeID=s1,nodeNumID=7 workRequests 1795453576900000000", "3.0",
                "highResStorage,nodeID=s1,nodeNumID=8 netRecvBytes 1795453577000000000", "4.0",
                "cpu,cpu=cpu-total,host=h1 usage_idle 1795453580000000000", "12.5"));
  }

  @Test
  void readsPivotedTablesByTheirGroupKey() {
    Read read =
        read(
            flux,
            """
            #group,false,false,true,false,true,true,false,false,true
            #datatype,string,long,string,dateTime:RFC3339,string,string,long,long,string
            #default,_result,,,,,,,,
            ,result,table,_measurement,_time,host,interface,bytes_sent,bytes_recv,rack
            ,,0,net,2026-11-23T17:06:20Z,h1,eth0,10,20,r 1
            """);
    assertThat(read.points())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "net,host=h1,interface=eth0,rack=r\\ 1 bytes_sent 1795453580000000000", "10.0",
                "net,host=h1,interface=eth0,rack=r\\ 1 bytes_recv 1795453580000000000", "20.0"));
  }

  @Test
  void reportsTheErrorOfAQueryThatFailedHalfWay() {
    Read read =
        read(
            flux,
            ANNOTATIONS
                + ",,0,,,2026-11-23T17:06:16Z,1,workRequests,highResStorage,s1,1\r\n\r\n"
                + "#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n"
                + ",error,reference\r\n,\"query terminated, out of memory\",897\r\n");
    assertThat(read.count(ACCEPTED)).isEqualTo(1);
    assertThat(read.reasons()).containsExactly(RejectReason.QUERY_ERROR);
    assertThat(flux.point().detail()).contains("query terminated, out of memory");
    assertThat(read(influxql, "error\ntimeout\n").reasons())
        .containsExactly(RejectReason.QUERY_ERROR);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ",,0,,,2026-11-23T17:06:16Z,1,workRequests,highResStorage,s1|MALFORMED",
        ",,0,,,2026-11-23T17:06:16Z,x,workRequests,highResStorage,s1,1|MALFORMED",
        ",,0,,,2026-11-23T17:06:16Z,true,workRequests,highResStorage,s1,1|WRONG_TYPE",
        ",,0,,,2026-11-23T17:06:16Z,+Inf,workRequests,highResStorage,s1,1|BAD_NUMBER",
        ",,0,,,2026-11-23T17:06:16Z,1,workRequests,highResStorage,s1,|MISSING_KEY",
        ",,0,,,,1,workRequests,highResStorage,s1,1|MISSING_KEY",
        ",,0,,,2026-02-30T17:06:16Z,1,workRequests,highResStorage,s1,1|MALFORMED",
        ",,0,,,2026-11-23T17:06:60Z,1,workRequests,highResStorage,s1,1|MALFORMED",
        ",,0,,,17:06:16,1,workRequests,highResStorage,s1,1|MALFORMED",
        ",,0,,,2026-11-23T17:06:16Z,1,workRequests,highResStorage,'\"s1',1|MALFORMED"
      })
  void rejectsDamagedRows(String row, RejectReason reason) {
    Read read = read(flux, ANNOTATIONS + row.replace("'", "") + "\n");
    assertThat(read.reasons()).containsExactly(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 0",
    "2000-02-29T23:59:59.5Z, 951868799500000000",
    "2026-11-23T17:06:16.902922923Z, 1795453576902922923",
    "2026-11-23T12:06:16-05:00, 1795453576000000000",
    "1795453576, 1795453576000000000",
    "1795453576902, 1795453576902000000",
    "1795453576902922, 1795453576902922000",
    "1795453576902922923, 1795453576902922923"
  })
  void readsTimes(String text, long nanos) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(Timestamps.nanos(bytes, 0, bytes.length)).isEqualTo(nanos);
  }

  @Test
  void readsEveryDayOfTwoCenturiesAsJavaDoes() {
    for (long day = 0; day < 366L * 200; day++) {
      byte[] bytes =
          (java.time.LocalDate.ofEpochDay(day) + "T00:00:01Z").getBytes(StandardCharsets.US_ASCII);
      assertThat(Timestamps.nanos(bytes, 0, bytes.length))
          .isEqualTo((day * 86_400 + 1) * 1_000_000_000L);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "29924226",
        "2026-11-23",
        "2026-11-23T17:06:16",
        "1e18",
        "-1",
        "2026-13-01T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T17:06:16.Z"
      })
  void knowsWhatIsNoTime(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(Timestamps.nanos(bytes, 0, bytes.length)).isEqualTo(Ascii.NO_NUMBER);
  }

  private static TreeSet<String> series(Read read) {
    return read.points().keySet().stream()
        .map(key -> key.substring(0, key.lastIndexOf(' ')))
        .map(key -> key.substring(0, key.lastIndexOf(' ')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Read read(PointParser parser, String text) {
    Read read = new Read(new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
    for (String line : text.split("\n")) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      PointParser.Outcome outcome = parser.parse(bytes, 0, bytes.length);
      read.outcomes().add(outcome);
      if (outcome == REJECTED) {
        read.reasons().add(parser.point().reason());
      } else if (outcome == ACCEPTED) {
        Point point = parser.point();
        for (int i = 0; i < point.count(); i++) {
          String field = point.series().measurement.fields().get(point.field(i)).name();
          String value = point.text(i) == null ? "" + point.value(i) : point.text(i);
          read.points().put(point.series().key() + " " + field + " " + point.time(), value);
        }
      }
    }
    return read;
  }

  private static String sample(String name) {
    return new String(Samples.bytes("influx/" + name), StandardCharsets.UTF_8);
  }
}
