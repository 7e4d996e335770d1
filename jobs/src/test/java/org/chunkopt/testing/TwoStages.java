package org.chunkopt.testing;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.model.Champion;
import org.chunkopt.nightly.FakeStage;
import org.chunkopt.policy.Decision;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/**
 * The shortest night: a stage that writes a ledger of one row, and one that writes two files and a
 * decision.
 */
public final class TwoStages {
  private final List<String> ran = new ArrayList<>();
  private final StringWriter err = new StringWriter();
  private boolean failing;

  /** Names of the stages that ran, in order. */
  public List<String> ran() {
    return ran;
  }

  public String err() {
    return err.toString();
  }

  public PrintWriter errWriter() {
    return new PrintWriter(err, true);
  }

  /** Makes the second stage end in the middle of its work. */
  public void fail() {
    failing = true;
  }

  /** Makes it work again; what ran and was said before is forgotten. */
  public void mend() {
    failing = false;
    ran.clear();
    err.getBuffer().setLength(0);
  }

  public List<Stage> stages() {
    return List.of(
        new FakeStage(
            "first",
            List.of(Tables.INGEST_LEDGER),
            (spark, run) -> {
              ran.add("first");
              write(spark, run, Tables.INGEST_LEDGER, 1);
              return List.of();
            }),
        new FakeStage(
            "second",
            List.of(Tables.FILES),
            (spark, run) -> {
              ran.add("second");
              write(spark, run, Tables.FILES, 2);
              new Decision(Champion.cohortTable(), "It is the only one.", true).write(run);
              if (failing) {
                throw new IllegalStateException("A fault of ours.");
              }
              return List.of();
            }));
  }

  private static void write(SparkSession spark, Run run, Table table, int rows) {
    Dataset<Row> all =
        spark
            .range(rows)
            .selectExpr(
                table.columns().stream()
                    .map(c -> "cast(null as " + c.type().sql() + ") as " + c.name())
                    .toArray(String[]::new));
    run.tables().write(table, all);
  }
}
