package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class HostHourTest {
  private static final long HOUR_BEGINS = 29_400_000;
  private static final int NIC = NodeHour.COLUMNS.fieldIndex("nic_bytes_per_s");
  private static final int INFINIBAND = NodeHour.COLUMNS.fieldIndex("infiniband_words_per_s");
  private static final int TOTAL_IDLE = NodeHour.COLUMNS.fieldIndex("total_idle_percent");

  private final HostHour hour = new HostHour(HOUR_BEGINS);

  @Test
  void countersAreRatesSinceTheMinuteBeforeAndStartAnewWhenReset() {
    hour.addCounter(counter("net", "eth0", "bytes_recv", 0, 500, 1000, 1500));
    hour.addCounter(counter("net", "eth0", "bytes_recv", 1, 500, 1600, 2100));
    hour.addCounter(counter("net", "eth0", "bytes_recv", 2, 600, 0, 600));
    hour.addCounter(counter("net", "eth0", "bytes_recv", 9, 500, 9000, 9500));
    hour.addCounter(counter("net", "eth1", "bytes_sent", 1, 5000, 0, 5000));
    hour.addCounter(counter("infiniband", "mlx5_0/1", "port_rcv_data", 0, 5000, 0, 5000));
    assertThat(figure(0, NIC)).as("500 bytes in 50 s").isEqualTo(10D);
    assertThat(figure(0, INFINIBAND)).isEqualTo(100D);
    assertThat(figure(1, NIC)).as("600 in the 60 s since, and another port").isEqualTo(110D);
    assertThat(figure(1, INFINIBAND)).isNull();
    assertThat(figure(2, NIC)).as("reset").isEqualTo(10D);
    assertThat(figure(9, NIC)).as("the point before is too old").isEqualTo(10D);
    assertThat(hour.figures("oss1", 3)).isNull();
  }

  @Test
  void aCounterGoesOnFromTheHourBeforeForTwoMinutes() {
    hour.carry(counter("net", "eth0", "bytes_recv", -2, 0, 300, 300));
    hour.carry(counter("net", "eth0", "bytes_recv", -1, 0, 400, 400));
    hour.carry(counter("net", "eth1", "bytes_recv", -2, 0, 100, 100));
    hour.addCounter(counter("net", "eth0", "bytes_recv", 0, 500, 500, 1000));
    hour.addCounter(counter("net", "eth1", "bytes_recv", 1, 500, 500, 1000));
    assertThat(figure(0, NIC)).as("600 bytes in 60 s").isEqualTo(10D);
    assertThat(figure(1, NIC)).as("500 in 50 s, for the hour before is too old").isEqualTo(10D);
  }

  @Test
  void aSinglePointIsNoRateButTellsOfTheHost() {
    Object[] one = new Object[Minutes.ROWS.size()];
    Row counter = counter("net", "eth0", "bytes_recv", 5, 0, 7, 7);
    Arrays.setAll(one, counter::get);
    one[Minutes.ROWS.fieldIndex("first_at")] = one[Minutes.ROWS.fieldIndex("last_at")];
    hour.addCounter(RowFactory.create(one));
    assertThat(figure(5, NIC)).isNull();
  }

  @Test
  void idleOfTheTotalAndTheMeanOfTheCores() {
    hour.addGauges(gauge("cpu", "cpu-total", "usage_idle", 360, 6));
    hour.addGauges(gauge("cpu", "cpu0", "usage_idle", 100, 1));
    hour.addGauges(gauge("cpu", "cpu1", "usage_idle", 40, 2));
    hour.addGauges(gauge("mem", "", "available", 6e9, 2));
    hour.addGauges(gauge("mem", "", "total", 4e9, 1));
    hour.addGauges(gauge("mem", "", "available_percent", 75, 3));
    hour.addGauges(gauge("ping", "", "average_response_ms", 1.5, 3));
    assertThat(figures(0)).containsExactly(60D, 60D, 3e9, 4e9, 25D, 0.5, null, null);
  }

  private Object figure(int minute, int column) {
    return figures(minute)[column - TOTAL_IDLE];
  }

  private Object[] figures(int minute) {
    Object[] figures = new Object[NodeHour.COLUMNS.size() - TOTAL_IDLE];
    hour.figures("oss1", minute).columns(figures, 0);
    return figures;
  }

  /** A counter with points from the fifth to the 55th second of a minute. */
  private static Row counter(
      String measurement,
      String part,
      String field,
      int minute,
      double increase,
      double first,
      double last) {
    long begins = (HOUR_BEGINS + minute) * 60;
    return RowFactory.create(
        measurement,
        "oss1",
        part,
        field,
        HOUR_BEGINS + minute,
        6,
        first,
        increase,
        (begins + 5) * 1_000_000_000L,
        first,
        (begins + 55) * 1_000_000_000L,
        last);
  }

  private static Row gauge(
      String measurement, String part, String field, double total, int points) {
    StructType columns = MinuteFamily.HOSTS.rows();
    Object[] row = new Object[columns.size()];
    Map.of(
            "measurement",
            measurement,
            "subject",
            "oss1",
            "part",
            part,
            "minute",
            HOUR_BEGINS,
            field,
            total,
            field + "_points",
            points)
        .forEach((column, value) -> row[columns.fieldIndex(column)] = value);
    return RowFactory.create(row);
  }
}
