package org.chunkopt.simulate;

import java.io.IOException;
import java.util.List;

/** Writes the exports that do not depend on the files, each by its number: family, server, day. */
record ServerExports(Site site, Drop drop) {
  private enum Family {
    HIGH_RES_META("highResMeta", false, true),
    META("meta", false, true),
    STORAGE("storage", true, false),
    STORAGE_TARGETS("storageTargets", true, false),
    TELEGRAF("telegraf", true, true);

    private final String label;
    private final boolean ofStorage;
    private final boolean ofMetadata;

    Family(String label, boolean ofStorage, boolean ofMetadata) {
      this.label = label;
      this.ofStorage = ofStorage;
      this.ofMetadata = ofMetadata;
    }
  }

  static long count(Site site) {
    long servers = 0;
    for (Family family : Family.values()) {
      servers += servers(site, family);
    }
    return servers * site.days();
  }

  void write(long number) throws IOException {
    int day = (int) (number % site.days());
    int server = (int) (number / site.days());
    for (Family family : Family.values()) {
      if (server < servers(site, family)) {
        write(family, server, day);
        return;
      }
      server -= servers(site, family);
    }
    throw new IllegalArgumentException("There is no export " + number + ".");
  }

  private void write(Family family, int number, int day) throws IOException {
    boolean isStorage = family.ofStorage && number < site.storage().size();
    int index = isStorage || !family.ofStorage ? number : number - site.storage().size();
    List<Server> servers = isStorage ? site.storage() : site.metadata();
    Server server = servers.get(index);
    Site.Span span = site.day(day);
    String name = new Traffic(site).export(family.label, server, day);
    try (Export export = new Export(drop, name, span)) {
      switch (family) {
        case HIGH_RES_META -> new ServerSeries(site, server, index, span).metadata(export);
        case META -> new PollSeries(site, span).metadata(export, index);
        case STORAGE -> new PollSeries(site, span).storage(export, index);
        case STORAGE_TARGETS -> new PollSeries(site, span).targets(export, index);
        case TELEGRAF -> {
          boolean down = isStorage && index == site.downServer();
          new TelegrafSeries(site, server, down, span).write(export);
        }
      }
    }
  }

  private static int servers(Site site, Family family) {
    return (family.ofStorage ? site.storage().size() : 0)
        + (family.ofMetadata ? site.metadata().size() : 0);
  }
}
