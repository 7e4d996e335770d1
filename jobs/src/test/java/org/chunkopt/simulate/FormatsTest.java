package org.chunkopt.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The literal forms are those of a real BeeGFS 7.4, BeeGFS 8.4 and influx_inspect 1.6. */
class FormatsTest {
  private static final Server META = new Server("meta02 rack=B,u7", 2, "meta02", 0, 996, false, 0);
  private static final Pool POOL =
      new Pool(1, "Default", Rounds.flash(Draws.of(1, Draws.Topic.PHYSICS, 0)), List.of(), 1);

  private interface Printing {
    void to(ByteText text) throws IOException;
  }

  @Test
  void writesFloatsAsGoDoes() throws IOException {
    assertThat(printed(t -> t.goFloat(0).put(' ').goFloat(67).put(' ').goFloat(999_999)))
        .isEqualTo("0 67 999999");
    assertThat(printed(t -> t.goFloat(1_000_000).put(' ').goFloat(4_194_304)))
        .isEqualTo("1e+06 4.194304e+06");
    assertThat(printed(t -> t.goFloat(8_216_080_384L).put(' ').goFloat(120_000_000_000_000L)))
        .isEqualTo("8.216080384e+09 1.2e+14");
    assertThat(printed(t -> t.millionths(97_286_800).put(' ').millionths(3_000_000)))
        .isEqualTo("97.2868 3");
  }

  @Test
  void writesAFieldALineBetweenTheHeaderAndTheWriteAheadLog() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Export export =
        new Export(new ByteText(bytes), new Site.Span(1_795_453_975L, 1_795_454_095L))) {
      long[] times = {1_795_453_975_764_000_000L, 1_795_453_976_760_000_000L};
      String series = "highResMeta" + META.tags();
      export.floats(series, "workRequests", times, new long[] {Export.WRAPPED, 5_000_000}, 2);
      export.responding("storage,nodeID=a,nodeNumID=1", times, new long[] {1, -1}, 2);
      export.integers("net,host=a,interface=eth0", "bytes_recv", times, new long[] {7, -1}, 2);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            # INFLUXDB EXPORT: 2026-11-23T17:12:55Z - 2026-11-23T17:14:55Z
            # DDL
            CREATE DATABASE beegfs_mon WITH NAME auto
            # DML
            # CONTEXT-DATABASE:beegfs_mon
            # CONTEXT-RETENTION-POLICY:auto
            # writing tsm data
            highResMeta,nodeID=meta02\\ rack\\=B\\,u7,nodeNumID=2 workRequests=1.8446744073709552e+19 1795453975764000000
            highResMeta,nodeID=meta02\\ rack\\=B\\,u7,nodeNumID=2 workRequests=5e+06 1795453976760000000
            storage,nodeID=a,nodeNumID=1 isResponding=true 1795453975764000000
            storage,nodeID=a,nodeNumID=1 isResponding=false 1795453976760000000
            net,host=a,interface=eth0 bytes_recv=7i 1795453975764000000
            # writing wal data
            """);
  }

  @Test
  void writesEntryInfoOfBeeGfs7() throws IOException {
    String text = printed(t -> new EntryInfoText(t).print(file(false)));
    assertThat(text)
        .isEqualTo(
            """
            Entry type: file
            EntryID: A-6B0472C5-2
            Metadata node: meta02 rack=B,u7 [ID: 2]
            Stripe pattern details:
            + Type: RAID0
            + Chunksize: 512K
            + Number of storage targets: desired: 4; actual: 2
            + Storage targets:
              + 201 @ storage02 [ID: 2]
              + 101 @ storage01 [ID: 1]

            """);
    assertThat(printed(t -> new EntryInfoText(t).print(file(true)))).isEqualTo("\n");
  }

  @Test
  void writesEntryInfoOfBeeGfs8() throws IOException {
    assertThat(printed(t -> new EntryInfoJson(t).print(file(false))))
        .isEqualTo(
            "{\"access\":0,\"client_sessions\":\"Reading: 0, Writing: 0\",\"cool_down\":\"(n/a)\","
                + "\"entry_id\":\"A-6B0472C5-2\",\"meta_mirror\":\"(unmirrored)\","
                + "\"meta_node\":\"m:2\",\"path\":\"/proj/a\\u0026b.dat\","
                + "\"remote_targets\":\"(none)\",\"state\":0,\"storage_mirrors\":\"(unmirrored)\","
                + "\"storage_pool\":\"(file)\",\"storage_targets\":\"s:201,s:101\","
                + "\"stripe_pattern\":\"RAID0 (4x512Ki)\",\"type\":2}\n");
  }

  @Test
  void takesBaseTimesOneToSixtyFourSecondsBeforeTheCreation() {
    for (int i = 0; i < 5_000; i++) {
      long created = 1_795_000_000_000_000_000L + i * 77_777_777L;
      double before = created / 1e9 - Entry.baseTime(created, META);
      assertThat(before).isBetween(1.0, 64.0);
    }
  }

  private static Entry file(boolean failed) {
    byte[] path = "/proj/a&b.dat".getBytes(StandardCharsets.UTF_8);
    List<Pool.Target> targets = List.of(new Pool.Target(201, 1), new Pool.Target(101, 0));
    return new Entry(
        path,
        true,
        7,
        1,
        8,
        0,
        0,
        0,
        1000,
        100,
        1,
        10,
        0x6B0472C5L,
        META,
        512L << 10,
        4,
        targets,
        POOL,
        failed);
  }

  private static String printed(Printing printing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ByteText text = new ByteText(bytes)) {
      printing.to(text);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
