package org.chunkopt.simulate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Writes the exports that depend on the files out of the summed contributions of {@link Traffic}: a
 * partition holds whole exports, sorted by export, client and bucket.
 */
final class TrafficExports {
  private final Site site;
  private final Drop drop;
  private final Traffic traffic;

  TrafficExports(Site site, Drop drop) {
    this.site = site;
    this.drop = drop;
    this.traffic = new Traffic(site);
  }

  /** An empty contribution to every export, so that each is written even without traffic. */
  static List<Row> skeleton(Site site) {
    Traffic traffic = new Traffic(site);
    List<Row> rows = new ArrayList<>();
    for (int day = 0; day < site.days(); day++) {
      for (Server server : site.storage()) {
        rows.add(nothing(traffic.export(Traffic.SERVERS, server, day), ""));
      }
      for (String family : Traffic.CLIENT_FAMILIES) {
        boolean byNode = family.endsWith("Node");
        if (byNode) {
          rows.add(nothing(traffic.export(family, day), ClientSeries.MON));
          rows.add(nothing(traffic.export(family, day), ClientSeries.NOBODY));
        }
      }
    }
    return rows;
  }

  /** Writes the exports of a partition. */
  void write(Iterator<Row> rows) {
    try {
      Row row = rows.hasNext() ? rows.next() : null;
      while (row != null) {
        row = row.getString(0).startsWith(Traffic.SERVERS) ? server(row, rows) : clients(row, rows);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads one server's rows, writes its export and returns the first row of the next. */
  private Row server(Row start, Iterator<Row> rows) throws IOException {
    String name = start.getString(0);
    int day = day(name);
    int index = 0;
    while (!name.equals(traffic.export(Traffic.SERVERS, site.storage().get(index), day))) {
      index++;
    }
    ServerSeries series = new ServerSeries(site, site.storage().get(index), index, site.day(day));
    long[] read = new long[series.seconds()];
    long[] written = new long[series.seconds()];
    long origin = site.day(day).from() - ServerSeries.BEFORE;
    Row row = start;
    while (row != null && row.getString(0).equals(name)) {
      long at = row.getLong(2) - origin;
      if (at >= 0 && at < read.length) {
        read[(int) at] += row.getLong(3);
        written[(int) at] += row.getLong(4);
      }
      row = rows.hasNext() ? rows.next() : null;
    }
    try (Export export = new Export(drop, name, site.day(day))) {
      series.storage(export, read, written);
    }
    return row;
  }

  private Row clients(Row start, Iterator<Row> rows) throws IOException {
    String name = start.getString(0);
    int day = day(name);
    String family = name.substring(0, name.indexOf('.'));
    ClientSeries series = new ClientSeries(site, family, site.day(day));
    Row row = start;
    try (Export export = new Export(drop, name, site.day(day))) {
      while (row != null && row.getString(0).equals(name)) {
        String client = row.getString(1);
        series.begin(client);
        if (client.equals(ClientSeries.MON) || client.equals(ClientSeries.NOBODY)) {
          series.addOwn(client);
        }
        while (row != null && row.getString(0).equals(name) && row.getString(1).equals(client)) {
          if (row.getLong(2) > 0) {
            series.add(row.getLong(2), amounts(row));
          }
          row = rows.hasNext() ? rows.next() : null;
        }
        series.write(export, client);
      }
    }
    return row;
  }

  private int day(String name) {
    int day = 0;
    while (!name.endsWith(traffic.export("", day))) {
      day++;
    }
    return day;
  }

  private static long[] amounts(Row row) {
    long[] amounts = new long[6];
    for (int i = 0; i < amounts.length; i++) {
      amounts[i] = row.getLong(3 + i);
    }
    return amounts;
  }

  private static Row nothing(String export, String client) {
    return RowFactory.create(export, client, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
  }
}
