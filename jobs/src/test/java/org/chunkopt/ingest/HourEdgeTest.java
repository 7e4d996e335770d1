package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Hours are folded apart from each other; what goes on over their edge must not show. */
@ExtendWith(Spark.class)
class HourEdgeTest {
  /** 2026-11-23T17:00:00Z. */
  private static final long HOUR = 1_795_453_200L;

  @TempDir Path house;

  @Test
  void countersGoOnIntoTheNextHour(SparkSession spark) throws IOException {
    MetricsSite site = new MetricsSite(house);
    StringBuilder lines = new StringBuilder();
    for (int second = -180; second < 180; second += 10) {
      lines.append(high(second)).append(net(second, 100_000 + 100L * second));
    }
    site.write("a.lp", lines.toString());
    MetricsSite.Read read = site.ingest(spark);
    assertThat(read.texts(Tables.NODE_MINUTES, "minute >= '2026-11-23T16:58:00Z'", rate()))
        .containsExactly("16:58 100.0", "16:59 100.0", "17:00 100.0", "17:01 100.0", "17:02 100.0");
  }

  @Test
  void theLastValueOfTheHourBeforeIsThatOfTheLastFile(SparkSession spark) throws IOException {
    MetricsSite site = new MetricsSite(house);
    site.write("a.lp", high(-10) + high(0) + net(-10, 0) + net(0, 2000) + net(50, 7000));
    site.write("b.lp", net(-10, 1000));
    MetricsSite.Read read = site.ingest(spark);
    assertThat(read.texts(Tables.NODE_MINUTES, "minute = '2026-11-23T17:00:00Z'", rate()))
        .as("6000 bytes in the 60 s since the last point, which the second file corrects")
        .containsExactly("17:00 100.0");
    assertThat(read.texts(Tables.INGEST_LEDGER, "kind = 'metrics'", "duplicates"))
        .as("what is carried into the next hour counts once")
        .containsExactly("0", "1");
  }

  private static String rate() {
    return "date_format(minute, 'HH:mm') || ' ' || nic_bytes_per_s";
  }

  private static String high(int second) {
    return "highResStorage,nodeID=oss1,nodeNumID=1 workRequests=1 " + time(second);
  }

  private static String net(int second, long bytes) {
    return "net,host=oss1,interface=eth0 bytes_recv=" + bytes + "i " + time(second);
  }

  private static String time(int second) {
    return (HOUR + second) + "000000000\n";
  }
}
