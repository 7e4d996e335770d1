package org.chunkopt.ingest;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** What Telegraf says of hosts in one hour, minute by minute. */
final class HostHour {
  private static final StructType GAUGES = MinuteFamily.HOSTS.rows();
  private static final int USAGE_IDLE = GAUGES.fieldIndex("usage_idle");
  private static final int AVAILABLE = GAUGES.fieldIndex("available");
  private static final int TOTAL = GAUGES.fieldIndex("total");
  private static final int AVAILABLE_PERCENT = GAUGES.fieldIndex("available_percent");
  private static final int RESPONSE_MS = GAUGES.fieldIndex("average_response_ms");

  private static final int FIELD = Minutes.ROWS.fieldIndex("field");
  private static final int INCREASE = Minutes.ROWS.fieldIndex("increase");
  private static final int FIRST_AT = Minutes.ROWS.fieldIndex("first_at");
  private static final int FIRST_VALUE = Minutes.ROWS.fieldIndex("first_value");
  private static final int LAST_AT = Minutes.ROWS.fieldIndex("last_at");
  private static final int LAST_VALUE = Minutes.ROWS.fieldIndex("last_value");

  /** Rates and shares are added as decimals, so that the order of ports and cores is the same. */
  private static final int RATE_SCALE = 6;

  private static final int IDLE_SCALE = 9;
  private static final int MEAN_SCALE = 13;

  /** A counter is compared with the last point before the minute where that is not older. */
  static final int CARRIED_MINUTES = 2;

  private final long begins;
  private final Map<String, Figures[]> hosts = new HashMap<>();

  /** The last row of each counter. */
  private final Map<List<Object>, Row> before = new HashMap<>();

  /** An hour that begins at a minute since 1970. */
  HostHour(long begins) {
    this.begins = begins;
  }

  /** The figures of one host and minute; null where there is no point. */
  static final class Figures {
    private Double totalIdle;
    private BigDecimal coresIdle;
    private int cores;
    private Double available;
    private Double total;
    private Double availablePercent;
    private Double responseMs;

    /** By the kind of the interfaces. */
    private final BigDecimal[] nic = new BigDecimal[NetworkInterface.values().length];

    private BigDecimal infiniband;

    /** Writes them into the last columns of {@link NodeHour#COLUMNS}. */
    void columns(Object[] row, int at) {
      row[at] = totalIdle;
      row[at + 1] = cores == 0 ? null : meanIdle().doubleValue();
      row[at + 2] = available;
      row[at + 3] = total;
      row[at + 4] = availablePercent;
      row[at + 5] = responseMs;
      row[at + 6] = number(lowest(nic));
      row[at + 7] = number(infiniband);
    }

    /** What is missing is taken from figures under another spelling of the host's name. */
    Figures or(Figures other) {
      Figures both = new Figures();
      boolean hasCpu = cores > 0;
      both.totalIdle = hasCpu ? totalIdle : other.totalIdle;
      both.coresIdle = hasCpu ? coresIdle : other.coresIdle;
      both.cores = hasCpu ? cores : other.cores;
      boolean hasMemory = available != null || availablePercent != null;
      both.available = hasMemory ? available : other.available;
      both.total = hasMemory ? total : other.total;
      both.availablePercent = hasMemory ? availablePercent : other.availablePercent;
      both.responseMs = responseMs == null ? other.responseMs : responseMs;
      both.infiniband = infiniband == null ? other.infiniband : infiniband;
      BigDecimal[] rates = lowest(nic) == null ? other.nic : nic;
      System.arraycopy(rates, 0, both.nic, 0, rates.length);
      return both;
    }

    private static BigDecimal lowest(BigDecimal[] rates) {
      return Arrays.stream(rates).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private BigDecimal meanIdle() {
      return coresIdle
          .divide(
              BigDecimal.valueOf(cores),
              new MathContext(MathContext.DECIMAL128.getPrecision(), RoundingMode.HALF_UP))
          .setScale(MEAN_SCALE, RoundingMode.HALF_UP);
    }
  }

  /** The figures of a host, null where it has none; {@code host} may be null. */
  Figures figures(String host, int minute) {
    Figures[] minutes = hosts.get(host);
    return minutes == null ? null : minutes[minute];
  }

  /** The figures of a host under several spellings of its name, those of the first preferred. */
  Figures figures(List<String> spellings, int minute) {
    return spellings.stream()
        .map(host -> figures(host, minute))
        .filter(Objects::nonNull)
        .reduce(Figures::or)
        .orElse(null);
  }

  /** Adds a row of {@link MinuteFamily#HOSTS}. */
  void addGauges(Row row) {
    Figures figures = figures(row);
    if (!row.isNullAt(USAGE_IDLE)) {
      double idle = mean(row, USAGE_IDLE);
      if (row.getString(MinuteFold.PART).equals("cpu-total")) {
        figures.totalIdle = plus(figures.totalIdle, idle);
      }
      figures.coresIdle = plus(figures.coresIdle, idle, IDLE_SCALE);
      figures.cores++;
    }
    figures.available = plusMean(figures.available, row, AVAILABLE);
    figures.total = plusMean(figures.total, row, TOTAL);
    figures.availablePercent = plusMean(figures.availablePercent, row, AVAILABLE_PERCENT);
    figures.responseMs = plusMean(figures.responseMs, row, RESPONSE_MS);
  }

  /** Takes a counter of the hour before. */
  void carry(Row row) {
    before.put(series(row), row);
  }

  /** Adds a row of {@link Minutes#ROWS}; those of one counter come minute by minute. */
  void addCounter(Row row) {
    Figures figures = figures(row);
    Row last = before.put(series(row), row);
    boolean recent =
        last != null
            && last.getLong(MinuteFamily.MINUTE)
                >= row.getLong(MinuteFamily.MINUTE) - CARRIED_MINUTES;
    double increase = row.getDouble(INCREASE);
    if (recent) {
      // A counter that falls has been reset.
      increase += Math.max(row.getDouble(FIRST_VALUE) - last.getDouble(LAST_VALUE), 0);
    }
    long since = recent ? last.getLong(LAST_AT) : row.getLong(FIRST_AT);
    double seconds = (row.getLong(LAST_AT) - since) / 1e9;
    if (seconds == 0) {
      return;
    }
    if (row.getString(MinuteFold.MEASUREMENT).equals("net")) {
      int kind = NetworkInterface.ofSeries(row.getString(MinuteFold.PART)).ordinal();
      figures.nic[kind] = plus(figures.nic[kind], increase / seconds, RATE_SCALE);
    } else {
      figures.infiniband = plus(figures.infiniband, increase / seconds, RATE_SCALE);
    }
  }

  /** The mean of the points of a column that has any; their number stands behind it. */
  static double mean(Row row, int column) {
    return row.getDouble(column) / row.getInt(column + 1);
  }

  /** A sum of decimals of one scale; {@code sum} may be null. */
  static BigDecimal plus(BigDecimal sum, double value, int scale) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(scale, RoundingMode.HALF_UP);
    return sum == null ? rounded : sum.add(rounded);
  }

  /** A decimal as a number, null for null. */
  static Double number(BigDecimal sum) {
    return sum == null ? null : sum.doubleValue();
  }

  private static Double plusMean(Double sum, Row row, int column) {
    return row.isNullAt(column) ? sum : plus(sum, mean(row, column));
  }

  private static Double plus(Double sum, double value) {
    return sum == null ? value : Double.valueOf(sum + value);
  }

  private Figures figures(Row row) {
    Figures[] minutes =
        hosts.computeIfAbsent(
            row.getString(MinuteFold.SUBJECT), host -> new Figures[Minutes.MINUTES]);
    int minute = (int) (row.getLong(MinuteFamily.MINUTE) - begins);
    if (minutes[minute] == null) {
      minutes[minute] = new Figures();
    }
    return minutes[minute];
  }

  private static List<Object> series(Row row) {
    return List.of(
        row.get(MinuteFold.MEASUREMENT),
        row.get(MinuteFold.SUBJECT),
        row.get(MinuteFold.PART),
        row.get(FIELD));
  }
}
