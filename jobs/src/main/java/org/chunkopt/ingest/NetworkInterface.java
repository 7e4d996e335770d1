package org.chunkopt.ingest;

import java.util.regex.Pattern;

/**
 * What an interface of Telegraf's {@code net} stands on, as far as its name tells. The bytes of a
 * bond, bridge or VLAN are also counted by the interfaces below, so of one host only the lowest
 * kind counts that it reports.
 */
enum NetworkInterface {
  PHYSICAL(""),
  BOND("(bond|team)[0-9].*"),
  BRIDGE("(br|vmbr|xenbr|ovsbr)[0-9]+|br-.*"),
  VLAN("vlan.*|.*[.@][0-9]+|(macvlan|ipvlan|vxlan).*"),
  /**
   * Bytes that no network carries, or that an interface below counts: {@code all} is no interface.
   */
  NONE(
      "lo|all|dummy.*|ifb.*|veth.*|vnet.*|tap.*|tun.*|wg[0-9].*|docker.*|virbr.*|lxc.*|lxd.*|cni.*"
          + "|cali.*|flannel.*|kube.*|podman.*|nodelocaldns");

  private final Pattern names;

  NetworkInterface(String names) {
    this.names = Pattern.compile(names);
  }

  /** The kind of an interface. */
  static NetworkInterface of(String name) {
    for (NetworkInterface kind : new NetworkInterface[] {NONE, VLAN, BRIDGE, BOND}) {
      if (kind.names.matcher(name).matches()) {
        return kind;
      }
    }
    return PHYSICAL;
  }

  /** The kind of the interface of a series of {@code net}, as its tags stand in an export. */
  static NetworkInterface ofSeries(String series) {
    int tag = series.indexOf(",interface=");
    if (tag < 0) {
      return PHYSICAL;
    }
    int begin = tag + ",interface=".length();
    int end = series.indexOf(',', begin);
    return of(series.substring(begin, end < 0 ? series.length() : end));
  }
}
