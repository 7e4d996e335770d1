package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.Settings;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads exports, inventories and access logs into tables, with the rejected lines and a ledger of
 * every input file. Only the inventory is needed; what is absent gives empty tables.
 */
public final class IngestJob implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(IngestJob.class);

  /** A kind of input: how it is read, from which paths, and into which tables. */
  private record Kind(
      String name,
      List<String> paths,
      List<Table> tables,
      BiFunction<SparkSession, Settings, Ingested> reader) {}

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public String description() {
    return "Reads exports, inventories and access logs into tables.";
  }

  @Override
  public List<Table> writes() {
    return List.of(
        Tables.NODE_MINUTES,
        Tables.TARGET_MINUTES,
        Tables.CLIENT_MINUTES,
        Tables.FILES,
        Tables.ACCESS,
        Tables.FILE_EVENTS,
        Tables.SWEEPS,
        Tables.REJECTS,
        Tables.INGEST_LEDGER);
  }

  @Override
  public String inputs(SparkSession spark, Run run) {
    return found(spark, run.settings().inputs()).values().stream()
        .map(files -> InputMarks.of(spark, files))
        .collect(Collectors.joining());
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    Settings.Inputs inputs = run.settings().inputs();
    if (inputs.inventory().isEmpty()) {
      throw UserError.failed("No inventory is set. Set chunkopt.inputs.inventory in the settings.");
    }
    List<String> warnings = new ArrayList<>();
    if (inputs.metrics().isEmpty()) {
      warnings.add(
          "No metrics are given: every figure of the servers is missing. Name an export in"
              + " chunkopt.inputs.metrics.");
    }
    Map<String, List<InputFile>> found = found(spark, inputs);
    List<Ingested> ingested = Collections.synchronizedList(new ArrayList<>());
    Map<String, Double> seconds = new ConcurrentHashMap<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Ingested> inOrder;
    List<Row> ledger = new ArrayList<>();
    try {
      inOrder = read(spark, run, kinds(inputs), ingested, seconds, threads);
      inOrder.forEach(kind -> ledger.addAll(kind.ledger().collectAsList()));
      together(
          threads,
          List.of(
              writing(run, Tables.REJECTS, rejects(spark, inOrder)),
              writing(
                  run,
                  Tables.INGEST_LEDGER,
                  spark.createDataFrame(ledger, Tables.INGEST_LEDGER.schema()).coalesce(1))));
    } finally {
      threads.shutdownNow();
      ingested.stream().flatMap(kind -> kind.forget().stream()).forEach(Runnable::run);
    }
    inOrder.forEach(kind -> warnings.addAll(kind.warnings()));
    found.forEach((kind, files) -> warnings.addAll(changed(spark, kind, files)));
    IngestVerdict verdict = IngestVerdict.of(spark, run, ledger);
    verdict.counts().forEach(count -> LOG.info("{}", count.sentence(seconds.get(count.kind()))));
    verdict.failIfTooManyRejects();
    warnings.addAll(verdict.warnings());
    return warnings;
  }

  private static Map<String, List<InputFile>> found(SparkSession spark, Settings.Inputs inputs) {
    Map<String, List<InputFile>> found = new LinkedHashMap<>();
    for (Kind kind : kinds(inputs)) {
      if (!kind.paths().isEmpty()) {
        String key = "inputs." + kind.name();
        found.put(key, InputFiles.resolve(spark, kind.paths(), key));
      }
    }
    return found;
  }

  /** Of a file that grows while it is read, it is not known how much was read. */
  private static List<String> changed(SparkSession spark, String key, List<InputFile> files) {
    long changed = InputFiles.changed(spark, files);
    return changed == 0
        ? List.of()
        : List.of(
            changed
                + " files of chunkopt."
                + key
                + " changed their length while they were read. Write an export under another name"
                + " and rename it when it is whole.");
  }

  private static List<Kind> kinds(Settings.Inputs inputs) {
    return List.of(
        new Kind("metrics", inputs.metrics(), MetricsInput.TABLES, MetricsInput::read),
        new Kind("inventory", inputs.inventory(), List.of(Tables.FILES), InventoryInput::read),
        new Kind(
            "access",
            inputs.access(),
            List.of(Tables.ACCESS, Tables.FILE_EVENTS),
            AccessInput::read),
        new Kind("observations", inputs.observations(), List.of(Tables.SWEEPS), SweepInput::read));
  }

  /**
   * Reads all kinds at once and writes their tables: while Spark plans the queries of one, the
   * cores work on another. All are ended when it returns or fails.
   *
   * @param ingested what has been read, also where another kind fails
   * @return the same in the order of the kinds
   */
  private static List<Ingested> read(
      SparkSession spark,
      Run run,
      List<Kind> kinds,
      List<Ingested> ingested,
      Map<String, Double> seconds,
      ExecutorService threads) {
    List<Callable<Optional<Ingested>>> reads = new ArrayList<>();
    for (Kind kind : kinds) {
      reads.add(
          () -> {
            long start = System.nanoTime();
            Optional<Ingested> read = write(spark, run, kind, ingested, threads);
            seconds.put(kind.name(), (System.nanoTime() - start) / 1e9);
            return read;
          });
    }
    return together(threads, reads).stream().flatMap(Optional::stream).toList();
  }

  private static Optional<Ingested> write(
      SparkSession spark, Run run, Kind kind, List<Ingested> ingested, ExecutorService threads) {
    if (kind.paths().isEmpty()) {
      kind.tables().forEach(table -> run.tables().write(table, empty(spark, table)));
      return Optional.empty();
    }
    Ingested read = kind.reader().apply(spark, run.settings());
    ingested.add(read);
    List<Callable<Table>> writes = new ArrayList<>();
    read.tables().forEach((table, rows) -> writes.add(writing(run, table, rows)));
    together(threads, writes);
    return Optional.of(read);
  }

  private static Callable<Table> writing(Run run, Table table, Dataset<Row> rows) {
    return () -> {
      run.tables().write(table, rows);
      return table;
    };
  }

  /** Does all the work at once; all of it is ended when this returns or fails. */
  private static <T> List<T> together(ExecutorService threads, List<Callable<T>> work) {
    List<T> done = new ArrayList<>();
    try {
      for (Future<T> one : threads.invokeAll(work)) {
        done.add(one.get());
      }
      return done;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Dataset<Row> rejects(SparkSession spark, List<Ingested> kinds) {
    return kinds.stream()
        .map(Ingested::rejects)
        .reduce(Dataset::unionByName)
        .orElse(empty(spark, Tables.REJECTS));
  }

  private static Dataset<Row> empty(SparkSession spark, Table table) {
    return spark.createDataFrame(List.of(), table.schema());
  }
}
