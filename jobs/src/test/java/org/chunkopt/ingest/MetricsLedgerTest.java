package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class MetricsLedgerTest {
  private static final MetricsLedger LEDGER =
      MetricsLedger.of(
          List.of(new InputFile("a.lp", 200), new InputFile("b.lp.gz", 200)),
          List.of(
              split(0, "line-protocol", 10, 6, 1, 1, 1, 1, null),
              split(1, "line-protocol", 10, 6, 1, 1, 1, 1, null),
              split(0, "line-protocol", 4, 4, 0, 0, 0, 0, null),
              split(1, "unreadable", 0, 0, 0, 0, 0, 0, "The gzip stream ends early.")));

  @Test
  void splitsAddUpAndADamagedFileIsOneReject() {
    assertThat(LEDGER.rows(Map.of(0, 5L), Map.of()))
        .containsExactly(
            RowFactory.create(
                "a.lp", "metrics", "line-protocol", 200L, 14L, 10L, 1L, 1L, 1L, 1L, 5L),
            RowFactory.create(
                "b.lp.gz", "metrics", "unreadable", 200L, 1L, 0L, 1L, 0L, 0L, 0L, 0L));
  }

  @Test
  void aDamagedFileStandsInTheRejectsOnce() {
    assertThat(LEDGER.unreadable()).containsExactly(1);
    Row reject = LEDGER.rejects().get(0);
    assertThat(LEDGER.rejects()).hasSize(1);
    assertThat(reject.getString(0)).isEqualTo("b.lp.gz");
    assertThat(reject.getLong(1)).isZero();
    assertThat(reject.<byte[]>getAs(2)).isEmpty();
    assertThat(reject.getString(3)).isEqualTo("UNREADABLE_FILE");
    assertThat(reject.getString(4)).isEqualTo("The gzip stream ends early.");
  }

  private static Row split(
      int file,
      String format,
      long lines,
      long accepted,
      long rejected,
      long comments,
      long blanks,
      long unknown,
      String detail) {
    return RowFactory.create(
        file, format, 100L, lines, accepted, rejected, comments, blanks, unknown, detail);
  }
}
