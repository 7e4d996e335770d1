package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class TelegrafHostsTest {
  @Test
  void shortAndFullNamesMeetWhereOneIsMeant() {
    TelegrafHosts hosts = hosts("stor01.a.org", "STOR01", "stor02", "10.0.0.1", "stor03.a.org");
    assertThat(hosts.of("stor01", "oss-one")).containsExactly("STOR01", "stor01.a.org");
    assertThat(hosts.of("stor02.a.org", null)).containsExactly("stor02");
    assertThat(hosts.of("10.0.0.1", "x")).containsExactly("10.0.0.1");
    assertThat(hosts.of("10.0.0.2", "10")).isEmpty();
  }

  @Test
  void ofTwoDomainsOnlyTheExactNameMeets() {
    TelegrafHosts hosts = hosts("stor01.a.org", "stor01.b.org");
    assertThat(hosts.of("stor01", null)).isEmpty();
    assertThat(hosts.of("stor01.b.org", null)).containsExactly("stor01.b.org");
  }

  @Test
  void serversWithoutTelegrafAndHostsThatAreNoServerAreNamed() {
    TelegrafHosts hosts = hosts("node7", "stor01.a.org");
    Node joined = new Node("storage", 1, "stor01", "stor01.a.org", "stor01.a.org");
    assertThat(hosts.warnings(List.of(joined), Set.of())).as("clients may have Telegraf").isEmpty();
    assertThat(hosts.warnings(List.of(joined, new Node("meta", 2, "meta02", null, null)), Set.of()))
        .singleElement()
        .asString()
        .contains("no host by the name of meta meta02")
        .contains("no server: node7.");
    assertThat(hosts.warnings(List.of(joined), Set.of("stor01.a.org", "node7"))).isEmpty();
    assertThat(hosts.warnings(List.of(joined), Set.of("10.0.0.1")))
        .singleElement()
        .asString()
        .startsWith("Telegraf's ping asks for no server by its name, but for 10.0.0.1:");
  }

  @Test
  void interfacesAreToldApartByTheirNames() {
    assertThat(List.of("eth0", "enp3s0f1", "ib0", "bond0", "team1", "br0", "br-lan", "eth0.100"))
        .extracting(NetworkInterface::of)
        .containsExactly(
            NetworkInterface.PHYSICAL,
            NetworkInterface.PHYSICAL,
            NetworkInterface.PHYSICAL,
            NetworkInterface.BOND,
            NetworkInterface.BOND,
            NetworkInterface.BRIDGE,
            NetworkInterface.BRIDGE,
            NetworkInterface.VLAN);
    assertThat(List.of("lo", "all", "veth12ab", "docker0", "tap0"))
        .extracting(NetworkInterface::of)
        .containsOnly(NetworkInterface.NONE);
    assertThat(NetworkInterface.ofSeries("net,host=h,interface=bond0.7,z=1"))
        .isEqualTo(NetworkInterface.VLAN);
  }

  private static TelegrafHosts hosts(String... names) {
    List<Row> sightings = new ArrayList<>();
    for (String name : names) {
      sightings.add(RowFactory.create(0, "", name, "", null, 1L, 0L, null, 0L, "cpu", 0L, 1L));
    }
    return TelegrafHosts.of(sightings);
  }
}
