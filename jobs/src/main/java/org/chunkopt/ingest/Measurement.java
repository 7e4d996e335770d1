package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A measurement of BeeGFS-mon (InfluxDB.cpp of 7.4.7) or Telegraf that is used, with the tags that
 * identify its subject and the fields that are taken. Everything else in an export is passed over.
 *
 * @param subjectTag tag of the server, target, client or host that the points are about
 * @param partTag tag of a part of the subject, or {@link #WHOLE}, or {@link #SERIES}
 * @param nameTag tag of the subject's changeable name, or {@link #WHOLE}
 * @param fields fields that are taken
 */
record Measurement(
    String name, String subjectTag, String partTag, String nameTag, List<Field> fields) {
  /** In place of a tag: there is none. */
  static final String WHOLE = "";

  /** In place of a tag: the whole tag set, because counters of two series never mix. */
  static final String SERIES = "*";

  /** Tags of the counters whose whole tag set counts. */
  private static final List<String> PORT_TAGS = List.of("device", "interface", "port");

  /** Subjects of client counters that are no client. */
  private static final Set<String> NOBODY = Set.of("0.0.0.0", "::", "undefined");

  private static final List<String> HIGH_RES =
      List.of("workRequests", "queuedRequests", "netSendBytes", "netRecvBytes");

  private static final List<String> STORAGE_OPS =
      List.of("B-rd", "ops-rd", "B-wr", "ops-wr", "close", "getFSize", "sum");

  private static final List<String> META_OPS =
      List.of("open", "openLI", "close", "stat", "statLI", "sum");

  private static final Map<String, Measurement> USED =
      Stream.of(
              server("highResMeta", gauges(HIGH_RES)),
              server(
                  "highResStorage",
                  Stream.concat(
                          gauges(HIGH_RES).stream(),
                          Stream.of(
                              new Field("diskReadBytes", Type.GAUGE_BY_SECOND),
                              new Field("diskWriteBytes", Type.GAUGE_BY_SECOND)))
                      .toList()),
              server(
                  "meta",
                  List.of(
                      new Field("isResponding", Type.FLAG), new Field("hostnameid", Type.TEXT))),
              server(
                  "storage",
                  List.of(
                      new Field("isResponding", Type.FLAG),
                      new Field("hostnameid", Type.TEXT),
                      new Field("diskSpaceTotal", Type.GAUGE),
                      new Field("diskSpaceFree", Type.GAUGE))),
              new Measurement(
                  "storageTargets",
                  "storageTargetID",
                  "nodeNumID",
                  "nodeID",
                  List.of(
                      new Field("diskSpaceTotal", Type.GAUGE),
                      new Field("diskSpaceFree", Type.GAUGE),
                      new Field("inodesTotal", Type.GAUGE),
                      new Field("inodesFree", Type.GAUGE),
                      new Field("targetConsistencyState", Type.STATE))),
              clients("storageClientOpsByNode", "node", STORAGE_OPS),
              clients("storageClientOpsByUser", "user", STORAGE_OPS),
              clients("metaClientOpsByNode", "node", META_OPS),
              clients("metaClientOpsByUser", "user", META_OPS),
              new Measurement(
                  "cpu", "host", "cpu", WHOLE, List.of(new Field("usage_idle", Type.PERCENT))),
              new Measurement(
                  "mem",
                  "host",
                  WHOLE,
                  WHOLE,
                  List.of(
                      new Field("total", Type.GAUGE),
                      new Field("available", Type.GAUGE),
                      new Field("available_percent", Type.PERCENT))),
              new Measurement("ping", "url", WHOLE, WHOLE, gauges(List.of("average_response_ms"))),
              new Measurement(
                  "net", "host", SERIES, WHOLE, gauges(List.of("bytes_sent", "bytes_recv"))),
              new Measurement(
                  "infiniband",
                  "host",
                  SERIES,
                  WHOLE,
                  gauges(List.of("port_xmit_data", "port_rcv_data"))))
          .collect(Collectors.toUnmodifiableMap(Measurement::name, Function.identity()));

  /** What the values of a field are. */
  enum Type {
    /** A number. */
    GAUGE,
    /** A number from 0 to 100. */
    PERCENT,
    /** A number that is also kept second by second. */
    GAUGE_BY_SECOND,
    /** A boolean, as 0 or 1. */
    FLAG,
    /** A consistency state of a target, as its rank: GOOD 0, NEEDS_RESYNC 1, BAD 2. */
    STATE,
    /** A text. */
    TEXT
  }

  /** A field that is taken: its key as it stands in the line, and its type. */
  record Field(String name, byte[] key, Type type) {
    Field(String name, Type type) {
      this(name, name.getBytes(StandardCharsets.US_ASCII), type);
    }
  }

  /** All measurements that are used. */
  static Collection<Measurement> used() {
    return USED.values();
  }

  /** The measurement, or null where no field of it is used. */
  static Measurement named(String name) {
    return USED.get(name);
  }

  /** Whether BeeGFS servers stamp the points by their own clocks, and not InfluxDB. */
  boolean isStampedByServer() {
    return name.startsWith("highRes");
  }

  boolean isClientOps() {
    return name.contains("ClientOps");
  }

  /** The index of the field with this key, or -1 where it is not used. */
  int field(byte[] line, int from, int to) {
    for (int i = 0; i < fields.size(); i++) {
      byte[] key = fields.get(i).key();
      if (Arrays.equals(key, 0, key.length, line, from, to)) {
        return i;
      }
    }
    return -1;
  }

  /** Tags of a series, for tables that do not say which of their columns are tags. */
  Set<String> tags() {
    Set<String> tags = new HashSet<>(Arrays.asList(subjectTag, nameTag));
    if (partTag.equals(SERIES)) {
      tags.addAll(PORT_TAGS);
    } else {
      tags.add(partTag);
    }
    tags.remove(WHOLE);
    return tags;
  }

  /** Whether the subject and the part are numeric ids. */
  boolean hasNumericIds() {
    return nameTag.equals("nodeID");
  }

  /**
   * Whether points of the series are used. Client 0.0.0.0, of 8.3 also ::, is the servers
   * themselves (heartbeats and storage benchmarks) and user undefined is nobody; of interfaces see
   * {@link NetworkInterface}.
   */
  boolean uses(Map<String, String> tags) {
    String subject = tags.get(subjectTag);
    if (isClientOps()) {
      return subject == null || !NOBODY.contains(subject);
    }
    String port = tags.get("interface");
    return !name.equals("net")
        || port == null
        || NetworkInterface.of(port) != NetworkInterface.NONE;
  }

  private static Measurement server(String name, List<Field> fields) {
    return new Measurement(name, "nodeNumID", WHOLE, "nodeID", fields);
  }

  private static Measurement clients(String name, String tag, List<String> counters) {
    return new Measurement(name, tag, WHOLE, WHOLE, gauges(counters));
  }

  private static List<Field> gauges(List<String> names) {
    return names.stream().map(name -> new Field(name, Type.GAUGE)).toList();
  }
}
