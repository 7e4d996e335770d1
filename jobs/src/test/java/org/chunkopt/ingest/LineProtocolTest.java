package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chunkopt.ingest.PointParser.Outcome.ACCEPTED;
import static org.chunkopt.ingest.PointParser.Outcome.BLANK;
import static org.chunkopt.ingest.PointParser.Outcome.COMMENT;
import static org.chunkopt.ingest.PointParser.Outcome.REJECTED;
import static org.chunkopt.ingest.PointParser.Outcome.UNKNOWN;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.chunkopt.tables.RejectReason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineProtocolTest {
  private static final String NODE = "highResStorage,nodeID=s1,nodeNumID=1 ";
  private static final String TIME = " 1795453975764000000";

  private final LineProtocol parser = new LineProtocol(1_800_000_000_000_000_000L, series -> {});

  @Test
  void readsEveryLineOfARealExport() throws IOException {
    Map<PointParser.Outcome, Integer> counts = new EnumMap<>(PointParser.Outcome.class);
    for (byte[] line : sample()) {
      counts.merge(parser.parse(line, 0, line.length), 1, Integer::sum);
    }
    assertThat(counts).isEqualTo(Map.of(ACCEPTED, 3317, UNKNOWN, 595, REJECTED, 82, COMMENT, 8));
  }

  @Test
  void readsTagsFieldsAndTime() {
    assertThat(
            parse(
                "highResStorage,nodeID=a\\ b\\=c\\,d,nodeNumID=7 workRequests=3,x=1,netSendBytes=4i"
                    + TIME))
        .isEqualTo(ACCEPTED);
    assertThat(parser.point().series().subject).isEqualTo("7");
    assertThat(parser.point().series().name).isEqualTo("a b=c,d");
    assertThat(parser.point().time()).isEqualTo(1_795_453_975_764_000_000L);
    assertThat(parser.point().count()).isEqualTo(2);
    assertThat(parser.point().value(0)).isEqualTo(3);
    assertThat(parser.point().value(1)).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "67, 67",
    "-1, -1",
    "4.194304e+06, 4194304",
    "8.216080384E9, 8216080384",
    "1.8446744073709552e+19, 18446744073709552000",
    "1.5e-3, 0.0015",
    ".5, 0.5",
    "5., 5",
    "123456789012345678901234567890, 1.2345678901234568e29",
    "0.1234567890123456789, 0.12345678901234568",
    "12i, 12",
    "-12i, -12",
    "9223372036854775807i, 9223372036854775807",
    "18446744073709551615u, 18446744073709551615",
    "4.9e-324, 4.9e-324"
  })
  void readsNumbersAsJavaDoes(String written, String expected) {
    assertThat(parse(NODE + "workRequests=" + written + TIME)).isEqualTo(ACCEPTED);
    assertThat(parser.point().value(0)).isEqualTo(Double.parseDouble(expected));
  }

  @Test
  void readsRandomNumbersAsJavaDoes() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      double number =
          switch (i % 3) {
            case 0 -> random.nextInt(100_000_000);
            case 1 -> random.nextDouble() * Math.pow(10, random.nextInt(40) - 20);
            default -> Double.longBitsToDouble(random.nextLong() & 0x7fefffffffffffffL);
          };
      assertThat(parse(NODE + "workRequests=" + number + TIME)).isEqualTo(ACCEPTED);
      assertThat(parser.point().value(0)).isEqualTo(number);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "nan",
        "Inf",
        "+Inf",
        "-inf",
        "1e400",
        "-1e400",
        "9223372036854775808i",
        "18446744073709551616u",
        "-1u",
        "99999999999999999999999i"
      })
  void rejectsNumbersThatAreNone(String written) {
    assertThat(parse(NODE + "workRequests=" + written + TIME)).isEqualTo(REJECTED);
    assertThat(parser.point().reason()).isEqualTo(RejectReason.BAD_NUMBER);
  }

  @ParameterizedTest
  @CsvSource({
    "t, 1",
    "T, 1",
    "true, 1",
    "True, 1",
    "TRUE, 1",
    "f, 0",
    "F, 0",
    "false, 0",
    "False, 0",
    "FALSE, 0"
  })
  void readsBooleansInAllSpellings(String written, double expected) {
    assertThat(parse("storage,nodeID=s1,nodeNumID=1 isResponding=" + written + TIME))
        .isEqualTo(ACCEPTED);
    assertThat(parser.point().value(0)).isEqualTo(expected);
  }

  @Test
  void readsTextsWithEscapesSpacesAndCommas() {
    assertThat(
            parse(
                "meta,nodeID=m,nodeNumID=1 hostnameid=\"a \\\"b\\\", c=d \\\\ é\",isResponding=t"
                    + TIME))
        .isEqualTo(ACCEPTED);
    assertThat(parser.point().text(0)).isEqualTo("a \"b\", c=d \\ é");
    assertThat(parser.point().value(1)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"GOOD, 0", "NEEDS_RESYNC, 1", "BAD, 2"})
  void readsConsistencyAsRank(String state, double rank) {
    String line =
        "storageTargets,nodeID=s,nodeNumID=1,storageTargetID=101 targetConsistencyState=\"";
    assertThat(parse(line + state + "\"" + TIME)).isEqualTo(ACCEPTED);
    assertThat(parser.point().value(0)).isEqualTo(rank);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "highResStorage",
        "highResStorage,nodeID=s1,nodeNumID=1",
        "highResStorage,nodeID=s1,nodeNumID=1 workRequests",
        "highResStorage,nodeID=s1,nodeNumID=1 workRequests= 1795453975764000000",
        "highResStorage,nodeID=s1,nodeNumID=1 =1 1795453975764000000",
        "highResStorage,nodeID=s1,nodeNumID=1 workRequests=1,  1795453975764000000",
        "highResStorage,nodeID=s1,nodeNumID=1 workRequests=abc 1795453975764000000",
        "highResStorage,nodeID=s1,nodeNumID=1 workRequests=1x 1795453975764000000",
        "highResStorage,nodeID=s1,nodeNumID=1 workRequests=1e 1795453975764000000",
        "highResStorage,nodeID=s1,nodeNumID=1 workRequests=1 17954539757640000x0",
        "highResStorage,nodeID=s1,nodeNumID=1 workRequests=1 1795453975764000000 9",
        "highResStorage,nodeID=s1,nodeNumID=1 workRequests=1 1795453975",
        "highResStorage,nodeID=s1,nodeNumID=1 workRequests=1 99999999999999999999",
        "meta,nodeID=m,nodeNumID=1 hostnameid=\"open 1795453975764000000",
        "highResStorage,nodeID=,nodeNumID=1 workRequests=1 1795453975764000000",
        ",nodeID=s1 workRequests=1 1795453975764000000",
        "<html><body>504 Gateway Time-out</body></html>"
      })
  void rejectsWhatIsNoLineProtocol(String line) {
    assertThat(parse(line)).isEqualTo(REJECTED);
    assertThat(parser.point().reason()).isEqualTo(RejectReason.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "highResStorage,nodeID=s1 workRequests=1 1795453975764000000",
        "highResStorage,nodeID=s1,nodeNumID=one workRequests=1 1795453975764000000",
        "highResStorage,nodeID=s1,nodeNumID=1 workRequests=1",
        "storageTargets,nodeID=s1,nodeNumID=1 inodesFree=1 1795453975764000000",
        "cpu,host=s1 usage_idle=1 1795453975764000000"
      })
  void rejectsPointsWithoutKeyOrTime(String line) {
    assertThat(parse(line)).isEqualTo(REJECTED);
    assertThat(parser.point().reason()).isEqualTo(RejectReason.MISSING_KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "highResStorage,nodeID=s,nodeNumID=1 workRequests=\"1\"",
        "highResStorage,nodeID=s,nodeNumID=1 workRequests=true",
        "storage,nodeID=s,nodeNumID=1 isResponding=1",
        "storage,nodeID=s,nodeNumID=1 hostnameid=1",
        "storageTargets,nodeID=s,nodeNumID=1,storageTargetID=1 targetConsistencyState=\"FINE\""
      })
  void rejectsFieldsOfAnotherType(String point) {
    assertThat(parse(point + TIME)).isEqualTo(REJECTED);
    assertThat(parser.point().reason()).isEqualTo(RejectReason.WRONG_TYPE);
  }

  @Test
  @Tag("R9")
  @DisplayName("R9: counters that wrapped are rejected as COUNTER_RESET")
  void rejectsCountersThatWrapped() {
    String wrapped = "=1.8446744073709552e+19" + TIME;
    assertThat(parse("storageClientOpsByUser,user=1001 sum" + wrapped)).isEqualTo(REJECTED);
    assertThat(parser.point().reason()).isEqualTo(RejectReason.COUNTER_RESET);
    assertThat(parse("storageClientOpsByNode,node=0.0.0.0 sum" + wrapped)).isEqualTo(UNKNOWN);
  }

  @Test
  void rejectsPointsOfTheFuture() {
    assertThat(parse(NODE + "workRequests=1 1800000000000000000")).isEqualTo(ACCEPTED);
    assertThat(parse(NODE + "workRequests=1 1800000000000000001")).isEqualTo(REJECTED);
    assertThat(parser.point().reason()).isEqualTo(RejectReason.FUTURE_TIMESTAMP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zfs,host=s1 arcstats_hits=1i 1795453975764000000",
        "zfs,host=s1 arcstats_hits=1i",
        "cpu,cpu=cpu0,host=s1 usage_user=NaN 1795453975764000000",
        "net,interface=lo,host=s1 bytes_sent=1i 1795453975764000000",
        "storageClientOpsByUser,user=undefined sum=3 1795453975764000000",
        "cpu,container=c usage_nanocores=1i 1795453975764000000",
        "ping,address=10.0.0.1 result_code=1i 1795453975764000000",
        "storageTargets,nodeID=s1 note=\"x\" 1795453975764000000",
        "docker_log,host= size=1.5kB,more=99999999999999999999i 1795453975764000000"
      })
  void passesOverWhatIsNotUsed(String line) {
    assertThat(parse(line)).isEqualTo(UNKNOWN);
  }

  @Test
  void knowsCommentsBlanksAndDdl() {
    assertThat(parse("# INFLUXDB EXPORT: ...")).isEqualTo(COMMENT);
    assertThat(parse("# DDL")).isEqualTo(COMMENT);
    assertThat(parse("CREATE DATABASE beegfs_mon WITH NAME auto")).isEqualTo(COMMENT);
    assertThat(parse("any statement = 1")).isEqualTo(COMMENT);
    assertThat(parse("# DML")).isEqualTo(COMMENT);
    assertThat(parse(NODE + "workRequests=1" + TIME)).isEqualTo(ACCEPTED);
    assertThat(parse("")).isEqualTo(BLANK);
    assertThat(parse(" \r")).isEqualTo(BLANK);
    assertThat(parse(NODE + "workRequests=1" + TIME + "\r")).isEqualTo(ACCEPTED);
  }

  @Test
  void aLastLineWithoutNewlineIsTakenOnlyWhole() {
    byte[] line = bytes(NODE + "workRequests=12" + TIME);
    for (int length = 1; length < line.length; length++) {
      assertThat(parser.parseUnterminated(line, 0, length))
          .as("cut to %d", length)
          .isEqualTo(REJECTED);
      assertThat(parser.point().reason()).isEqualTo(RejectReason.TRUNCATED);
    }
    assertThat(parser.parseUnterminated(line, 0, line.length)).isEqualTo(ACCEPTED);
  }

  @Test
  @Tag("R9")
  @DisplayName("R9: a damaged line of line protocol costs no other")
  void damageToALineLeavesTheOthersAsTheyWere() throws IOException {
    List<byte[]> lines = sample();
    List<String> before = lines.stream().map(this::describe).toList();
    Random random = new Random(20261123);
    for (int round = 0; round < 20; round++) {
      LineProtocol fresh = new LineProtocol(Long.MAX_VALUE, series -> {});
      for (int i = 0; i < lines.size(); i++) {
        byte[] line = lines.get(i);
        boolean damaged = line[0] != '#' && random.nextInt(10) == 0;
        byte[] read = damaged ? damage(line, random) : line;
        String described = describe(fresh, read);
        if (!damaged) {
          assertThat(described).isEqualTo(before.get(i));
        }
      }
    }
  }

  private String describe(byte[] line) {
    return describe(parser, line);
  }

  private static String describe(LineProtocol parser, byte[] line) {
    PointParser.Outcome outcome = parser.parse(line, 0, line.length);
    StringBuilder text = new StringBuilder(outcome.toString());
    if (outcome == REJECTED) {
      text.append(parser.point().reason());
    } else if (outcome == ACCEPTED) {
      text.append(parser.point().series().key()).append(parser.point().time());
      for (int i = 0; i < parser.point().count(); i++) {
        text.append(parser.point().field(i))
            .append('=')
            .append(parser.point().value(i))
            .append(parser.point().text(i));
      }
    }
    return text.toString();
  }

  /** Bytes changed, cut out or doubled, as a bad disk or a broken pipe leaves them. */
  private static byte[] damage(byte[] line, Random random) {
    byte[] copy = line.clone();
    switch (random.nextInt(4)) {
      case 0 -> copy[random.nextInt(copy.length)] = (byte) (random.nextInt(255) - 128);
      case 1 -> copy = Arrays.copyOf(copy, random.nextInt(copy.length));
      case 2 -> copy = Arrays.copyOfRange(copy, random.nextInt(copy.length), copy.length);
      default -> random.nextBytes(copy);
    }
    for (int i = 0; i < copy.length; i++) {
      copy[i] = copy[i] == '\n' || copy[i] == '#' ? (byte) 'x' : copy[i];
    }
    return copy;
  }

  private PointParser.Outcome parse(String line) {
    byte[] bytes = bytes(line);
    return parser.parse(bytes, 0, bytes.length);
  }

  private static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8);
  }

  private static List<byte[]> sample() throws IOException {
    List<byte[]> lines = new ArrayList<>();
    try (InputStream in =
        LineProtocolTest.class.getResourceAsStream("/samples/site/metrics/beegfs_mon.window.lp")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> lines.add(bytes(line)));
    }
    return lines;
  }
}
