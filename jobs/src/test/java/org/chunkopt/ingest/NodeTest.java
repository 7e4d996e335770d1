package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.chunkopt.settings.Settings;
import org.junit.jupiter.api.Test;

class NodeTest {
  private static final Settings.Nodes ALL = new Settings.Nodes(List.of(), List.of(), List.of());

  private static final List<Row> SIGHTINGS =
      List.of(
          sighting(0, "highResStorage", "1", "", "old1", 10, null),
          sighting(1, "highResStorage", "1", "", "stor1", 20, null),
          sighting(0, "storage", "1", "", "old1", 15, "oss1.example"),
          sighting(0, "highResStorage", "2", "", "stor2", 20, null),
          sighting(0, "highResMeta", "1", "", "meta1", 20, null),
          sighting(0, "meta", "2", "", null, 20, "mds2"),
          sighting(0, "storageTargets", "101", "1", "stor1", 20, null),
          sighting(0, "storageTargets", "201", "2", "stor2", 20, null),
          sighting(0, "", "oss1.example", "", null, 5, null),
          sighting(0, "", "stor1", "", null, 5, null),
          sighting(0, "", "stor2", "", null, 5, null));

  @Test
  void telegrafByHostNameElseByServerName() {
    assertThat(Node.asked(SIGHTINGS, ALL))
        .containsExactlyInAnyOrder(
            new Node("storage", 1, "stor1", "oss1.example", "oss1.example"),
            new Node("storage", 2, "stor2", "stor2", "stor2"),
            new Node("meta", 1, "meta1", null, null),
            new Node("meta", 2, null, null, "mds2"));
  }

  @Test
  void ofTwoNamesAtOneTimeTheLastInSourceOrderHolds() {
    List<Row> twice =
        List.of(
            sighting(3, "highResMeta", "1", "", "last", 20, null),
            sighting(2, "highResMeta", "1", "", "first", 20, null));
    assertThat(Node.asked(twice, ALL)).extracting(Node::name).containsExactly("last");
  }

  @Test
  void onlyTheServersAskedFor() {
    assertThat(names(List.of("101"), List.of("2"))).containsExactlyInAnyOrder("storage1", "meta2");
    assertThat(names(List.of("stor2"), List.of("mds2")))
        .containsExactlyInAnyOrder("storage2", "meta2");
    assertThat(names(List.of("oss1.example"), List.of("meta1")))
        .containsExactlyInAnyOrder("storage1", "meta1");
    assertThat(names(List.of("2"), List.of())).as("no target").containsOnly("meta1", "meta2");
  }

  private static List<String> names(List<String> storage, List<String> meta) {
    return Node.asked(SIGHTINGS, new Settings.Nodes(storage, meta, List.of())).stream()
        .map(node -> node.kind() + node.id())
        .toList();
  }

  private static Row sighting(
      int file,
      String measurement,
      String subject,
      String part,
      String name,
      long at,
      String host) {
    return RowFactory.create(
        file, measurement, subject, part, name, at, 0L, host, host == null ? Long.MIN_VALUE : at);
  }
}
