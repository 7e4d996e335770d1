package org.chunkopt.evaluate;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.evaluate.Judgement.Policy;
import org.chunkopt.model.Champion;
import org.chunkopt.model.Predictions;
import org.chunkopt.model.Registry;
import org.chunkopt.model.TrainedModel;
import org.chunkopt.model.TrainingOutcome;
import org.chunkopt.policy.Advice;
import org.chunkopt.policy.Decision;
import org.chunkopt.policy.Options;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.JavaConverters;

/**
 * Stage {@code evaluate}: judges the policies on files of the held-out directories, which are
 * sampled and collected once, and decides which one scores. Writes {@code evaluation}, {@code
 * proposals} and {@code decision.json}. The truth of a simulated site is shown and decides nothing.
 *
 * <pre>chunkopt evaluate --settings site.conf --date 2026-11-23</pre>
 */
public final class EvaluateJob implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateJob.class);

  /** More held-out files than this are sampled by directory. */
  private static final double MAX_FILES = 50_000;

  private static final int DEFAULT_POSITION = 3;

  /** Most that a directory weighs in the comparison of networks: its files are much of the same. */
  private static final double LARGEST_WEIGHT = 20;

  private static final String TRUTH = "throughput_mib_s";
  private static final double LN2 = Math.log(2);

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public String description() {
    return "Judges the policies on directories nothing was learnt from, and picks the champion.";
  }

  @Override
  public List<Table> writes() {
    return List.of(Tables.PROPOSALS, Tables.EVALUATION);
  }

  /** The champion: without a network of tonight it is judged again. */
  @Override
  public String inputs(SparkSession spark, Run run) {
    return new Registry(run.settings().output().root())
        .champion()
        .map(Champion::toString)
        .orElse("");
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    Settings settings = run.settings();
    List<String> warnings = new ArrayList<>();
    Optional<String> tonight = TrainingOutcome.read(run).candidate();
    List<TrainedModel> networks = networks(run, tonight, warnings);
    Options options = Options.of(run.tables().read(spark, Tables.EVIDENCE), "learn", settings);

    List<Row> rows = new ArrayList<>();
    List<Verdict.Finding> findings = findings(spark, run, networks, options);
    Decision decision = Verdict.of(findings, tonight.isPresent(), !warnings.isEmpty());
    int shown =
        IntStream.range(0, networks.size())
            .filter(i -> networks.get(i).id().equals(decision.champion().modelId()))
            .findFirst()
            .orElse(0);
    Optional<TrainedModel> network = networks.stream().skip(shown).findFirst();
    if (network.isPresent() && findings.get(shown).overTable() != null) {
      Rows paired = new Rows("evidence", settings.run().seed());
      paired.add(
          Champion.MLP,
          "octaves-over-cohort-table",
          findings.get(shown).overTable(),
          findings.get(shown).files(),
          0);
      rows.addAll(paired.list());
    }
    List<HeldOutFile> files = heldOut(spark, run, features(network));
    Map<String, Policy> policies = policies(files, network, options, settings);
    double[][] expected =
        files.stream().map(file -> expected(file, options)).toArray(double[][]::new);
    int constant = Judgement.bestConstant(Arrays.stream(expected).filter(e -> e != null).toList());
    policies.put("best-constant", Policy.of(all(files, constant)));
    rows.addAll(new Judgement(files, expected, settings).rows("evidence", policies));
    if (!settings.evaluate().truth().isEmpty()) {
      rows.addAll(truth(files, policies, settings));
    }
    run.tables()
        .write(
            Tables.EVALUATION, spark.createDataFrame(rows, Tables.EVALUATION.schema()).coalesce(1));
    run.tables().write(Tables.PROPOSALS, proposals(spark, files, policies, network));
    decision.write(run);
    LOG.info(decision.reason());
    return warnings;
  }

  /**
   * The networks that may be published: tonight's, and that of the champion.
   *
   * @param warnings receives what was refused
   */
  private static List<TrainedModel> networks(
      Run run, Optional<String> tonight, List<String> warnings) {
    Registry registry = new Registry(run.settings().output().root());
    Set<String> ids = new LinkedHashSet<>();
    tonight.ifPresent(ids::add);
    registry
        .champion()
        .filter(champion -> champion.policy().equals(Champion.MLP))
        .ifPresent(champion -> ids.add(champion.modelId()));
    List<TrainedModel> networks = new ArrayList<>();
    for (String id : ids) {
      try {
        networks.add(registry.load(id));
      } catch (UserError e) {
        warnings.add(e.getMessage());
      }
    }
    return networks;
  }

  /** The gain of every network's advice over the table's, by each file's own use. */
  private static List<Verdict.Finding> findings(
      SparkSession spark, Run run, List<TrainedModel> networks, Options options) {
    Set<String> features = new TreeSet<>();
    networks.forEach(network -> features.addAll(network.features()));
    List<Row> labels =
        run.tables()
            .read(spark, Tables.LABELS)
            .where("split = 'test'")
            .orderBy("path_bytes", "never_logged")
            .collectAsList();
    List<HeldOutFile> files =
        labels.stream()
            .map(row -> heldOut(row, row.getAs("cohort")))
            .filter(f -> options.knows(f.cohort(), f.current()))
            .filter(f -> options.knows(f.row().getAs("use_cohort"), f.current()))
            .toList();
    List<String> directories =
        files.stream().map(HeldOutFile::directory).distinct().sorted().toList();
    Bootstrap bootstrap =
        new Bootstrap(
            run.settings().run().seed(), run.settings().evaluate().bootstrap(), directories.size());
    List<Verdict.Finding> findings = new ArrayList<>();
    for (TrainedModel network : networks) {
      if (files.isEmpty()) {
        findings.add(new Verdict.Finding(network.id(), null, 0));
        continue;
      }
      int[] own = advised(files, network, options);
      double[] totals = new double[directories.size()];
      double[] counts = new double[directories.size()];
      for (int i = 0; i < own.length; i++) {
        HeldOutFile file = files.get(i);
        Row use = file.row().getAs("use_cohort");
        int table = options.byTable(file.cohort(), file.current());
        int d = Collections.binarySearch(directories, file.directory());
        totals[d] +=
            options.change(use, file.current(), own[i]).gain()
                - options.change(use, file.current(), table).gain();
        counts[d]++;
      }
      for (int d = 0; d < counts.length; d++) {
        double share = 1 / (1 + counts[d] / LARGEST_WEIGHT);
        totals[d] *= share;
        counts[d] *= share;
      }
      findings.add(
          new Verdict.Finding(network.id(), bootstrap.ratio(totals, counts), files.size()));
    }
    return findings;
  }

  private static int[] advised(List<HeldOutFile> files, TrainedModel network, Options options) {
    double[] outputs = outputs(files, network);
    return IntStream.range(0, files.size())
        .map(
            i -> {
              HeldOutFile file = files.get(i);
              return options.knows(file.cohort(), file.current())
                  ? options.advised(file.cohort(), file.current(), Options.position(outputs[i]))
                  : file.current();
            })
        .toArray();
  }

  private static double[] outputs(List<HeldOutFile> files, TrainedModel network) {
    return Predictions.log2Kib(
        files.stream().map(file -> file.inputs(network.features())).toList(), network);
  }

  private static Map<String, Policy> policies(
      List<HeldOutFile> files, Optional<TrainedModel> network, Options options, Settings settings) {
    Map<String, Policy> policies = new LinkedHashMap<>();
    policies.put("keep", Policy.of(files.stream().mapToInt(HeldOutFile::current).toArray()));
    policies.put("default-512k", Policy.of(all(files, DEFAULT_POSITION)));
    policies.put(
        "request-rule", Policy.of(files.stream().mapToInt(EvaluateJob::requestRule).toArray()));
    policies.put(
        Champion.COHORT_TABLE,
        promising(
            files,
            files.stream()
                .mapToInt(
                    file ->
                        options.knows(file.cohort(), file.current())
                            ? options.byTable(file.cohort(), file.current())
                            : file.current())
                .toArray(),
            options));
    network.ifPresent(
        model -> {
          policies.put(Champion.MLP, promising(files, advised(files, model, options), options));
          policies.put(
              "mlp-raw",
              Policy.of(
                  Arrays.stream(outputs(files, model)).mapToInt(Options::position).toArray()));
        });
    return policies;
  }

  private static Policy promising(List<HeldOutFile> files, int[] positions, Options options) {
    Options.Change[] promises = new Options.Change[positions.length];
    for (int i = 0; i < positions.length; i++) {
      HeldOutFile file = files.get(i);
      if (positions[i] != file.current()) {
        promises[i] = options.change(file.cohort(), file.current(), positions[i]);
      }
    }
    return new Policy(positions, promises);
  }

  /** A chunk for each target of a request. */
  private static int requestRule(HeldOutFile file) {
    double[] known = file.inputs(List.of("request_bytes_log2", "num_targets"));
    return Double.isFinite(known[0]) && known[1] >= 1
        ? Options.position(known[0] - 10 - Math.log(known[1]) / LN2)
        : DEFAULT_POSITION;
  }

  private static int[] all(List<HeldOutFile> files, int position) {
    return files.stream().mapToInt(file -> position).toArray();
  }

  /** Natural log of the expected throughput at each chunk size over the present one. */
  private static double[] expected(HeldOutFile file, Options options) {
    return options.knows(file.cohort(), file.current())
        ? IntStream.range(0, ChunkSize.CANDIDATES.size())
            .mapToDouble(to -> LN2 * options.change(file.cohort(), file.current(), to).gain())
            .toArray()
        : null;
  }

  /** What the truth of a simulated site says of the policies. */
  private static List<Row> truth(
      List<HeldOutFile> files, Map<String, Policy> policies, Settings settings) {
    double[][] judge =
        files.stream()
            .map(
                file ->
                    file.row().isNullAt(file.row().fieldIndex(TRUTH))
                        ? null
                        : file.row().<Double>getList(file.row().fieldIndex(TRUTH)).stream()
                            .mapToDouble(Math::log)
                            .toArray())
            .toArray(double[][]::new);
    Map<String, Policy> all = new LinkedHashMap<>(policies);
    all.put("best-constant", Policy.of(all(files, bestConstant(judge))));
    List<Row> rows = new ArrayList<>(new Judgement(files, judge, settings).rows("truth", all));
    rows.addAll(Gates.of("truth", rows, settings.run().seed()));
    return rows;
  }

  private static int bestConstant(double[][] judge) {
    return Judgement.bestConstant(Arrays.stream(judge).filter(values -> values != null).toList());
  }

  private static List<String> features(Optional<TrainedModel> network) {
    Set<String> columns = new TreeSet<>(List.of("request_bytes_log2", "num_targets"));
    network.ifPresent(model -> columns.addAll(model.features()));
    return List.copyOf(columns);
  }

  private static List<HeldOutFile> heldOut(SparkSession spark, Run run, List<String> features) {
    Settings settings = run.settings();
    Dataset<Row> all = run.tables().read(spark, Tables.FILE_FEATURES);
    double expected = Math.max(1, all.count() * settings.evidence().testPercent() / 100.0);
    Dataset<Row> sample =
        SqlFile.named("evaluate/held_out")
            .run(
                Map.of("file_features", all),
                Map.of(
                    "seed", settings.run().seed(),
                    "split", settings.evidence().split().word(),
                    "test_percent", settings.evidence().testPercent(),
                    "sample", Math.min(1, MAX_FILES / expected)));
    List<Column> columns = new ArrayList<>();
    List.of("path_bytes", "directory", "size_bytes", "chunk_bytes", "cohort")
        .forEach(name -> columns.add(col(name)));
    features.forEach(name -> columns.add(col(name)));
    if (!settings.evaluate().truth().isEmpty()) {
      columns.add(col(TRUTH));
      sample =
          sample.join(
              new TableDirectory(settings.evaluate().truth()).read(spark, Tables.TRUTH),
              JavaConverters.asScalaBuffer(List.of("path_bytes")).toSeq(),
              "left");
    }
    return Advice.encoded(
            sample,
            run.tables().read(spark, Tables.COHORTS),
            run.tables().read(spark, Tables.SUFFIXES))
        .select(columns.toArray(Column[]::new))
        .orderBy("directory", "path_bytes")
        .collectAsList()
        .stream()
        .map(row -> heldOut(row, row.getAs("cohort")))
        .toList();
  }

  private static HeldOutFile heldOut(Row row, Row cohort) {
    return new HeldOutFile(
        row.getAs("directory"),
        row.getAs("size_bytes"),
        Options.position(row.<Long>getAs("chunk_bytes")),
        cohort,
        row);
  }

  private static Dataset<Row> proposals(
      SparkSession spark,
      List<HeldOutFile> files,
      Map<String, Policy> policies,
      Optional<TrainedModel> network) {
    double[] outputs = network.map(model -> outputs(files, model)).orElse(null);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      HeldOutFile file = files.get(i);
      int table = policies.get(Champion.COHORT_TABLE).positions()[i];
      rows.add(
          RowFactory.create(
              file.row().getAs("path_bytes"),
              file.directory(),
              file.row().getAs("chunk_bytes"),
              network.map(TrainedModel::id).orElse(null),
              outputs == null ? null : outputs[i],
              outputs == null
                  ? null
                  : ChunkSize.CANDIDATES.get(policies.get(Champion.MLP).positions()[i]).bytes(),
              ChunkSize.CANDIDATES.get(table).bytes()));
    }
    return spark.createDataFrame(rows, Tables.PROPOSALS.schema()).coalesce(1);
  }
}
