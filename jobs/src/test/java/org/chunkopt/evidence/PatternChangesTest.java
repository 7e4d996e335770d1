package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.ingest.IngestJob;
import org.chunkopt.run.PreviousRun;
import org.chunkopt.run.Run;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.simulate.SimulateJob;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The simulator changes the pattern of one directory of its first project, and of no other. */
@ExtendWith(Spark.class)
class PatternChangesTest {
  private static final Instant END = Instant.parse("2026-11-23T00:00:00Z");

  @TempDir Path directory;

  @Test
  void theChangeOfASimulatedSiteIsFoundInOneInventoryAndCarried(SparkSession spark) {
    Path drop = directory.resolve("drop");
    SimulateJob.run(
        spark,
        SettingsReader.parse(
            "chunkopt.simulate { output = \""
                + drop
                + "\", files = 3000, hours = 2, storage-servers = 2, targets-per-server = 2,"
                + " metadata-servers = 1, users = 9 }"));
    Settings settings = SettingsReader.read(drop.resolve("site.conf"));
    TableDirectory tables = new TableDirectory(directory.resolve("first").toString());
    Run first = new Run(LocalDate.of(2026, 11, 23), settings, tables);
    new IngestJob().run(spark, first);
    Dataset<Row> found = PatternChanges.of(spark, first);
    tables.write(Tables.PATTERN_CHANGES, found);

    List<Row> changes = tables.read(spark, Tables.PATTERN_CHANGES).collectAsList();
    assertThat(changes).hasSize(1);
    Row change = changes.get(0);
    assertThat(change.<String>getAs("path")).isEqualTo("/projects/p00000/changed-000");
    assertThat(change.<String>getAs("source")).isEqualTo("creation");
    assertThat(change.<Long>getAs("old_chunk_bytes")).isEqualTo(512L << 10);
    assertThat(change.<Long>getAs("new_chunk_bytes")).isEqualTo(4L << 20);
    // The pattern changed ten days before the end; times in an EntryID are up to 64 s early.
    Instant changed = END.minus(Duration.ofDays(10));
    assertThat(change.<Timestamp>getAs("changed_after").toInstant()).isBefore(changed);
    assertThat(change.<Timestamp>getAs("changed_before").toInstant().plusSeconds(64))
        .isAfterOrEqualTo(changed);

    PreviousRun previous = new PreviousRun(first.date(), END, "", tables);
    Run second = new Run(first.date().plusDays(1), settings, tables, Optional.of(previous));
    assertThat(PatternChanges.of(spark, second).collectAsList())
        .as("the same inventory again adds nothing")
        .isEqualTo(changes);
  }
}
