package org.chunkopt.report;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.model.Champion;
import org.chunkopt.model.Registry;
import org.chunkopt.model.TrainedModel;
import org.chunkopt.run.Run;
import org.chunkopt.run.RunFiles;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the summary and the report.
 *
 * <p>Reads every table of the run, through aggregates whose size does not grow with the namespace.
 * Writes {@code report/summary.txt} (ten lines), {@code report/index.html} (one page that needs no
 * network and no script) and {@code report/metrics.lp} (InfluxDB line protocol, for the panels
 * beside BeeGFS-mon's).
 *
 * <p>Example: {@code submit-scripts/chunkopt report --settings site.conf --date 2026-11-23}
 */
public final class ReportJob implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(ReportJob.class);

  @Override
  public String name() {
    return "report";
  }

  @Override
  public String description() {
    return "Writes the summary and the report.";
  }

  @Override
  public List<Table> writes() {
    return List.of();
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    RunFiles files = RunFiles.beside(run.tables(), spark);
    Figures figures = Figures.of(spark, run);
    Training training = Training.read(files);
    List<String> warnings =
        files.read("warnings.txt").map(text -> text.lines().toList()).orElse(List.of());
    files.delete("report");
    files.write("report/summary.txt", Summary.text(run, figures, training, warnings));
    files.write("report/evaluation.txt", EvaluationTable.text(figures.evaluation()));
    files.write(
        "report/metrics.lp", MetricsLines.of(run, run.asOf(spark), figures, warnings.size()));
    Optional<TrainedModel> model = model(run, training);
    Drift drift =
        Drift.of(
            spark,
            run,
            model.map(TrainedModel::features).orElse(run.settings().model().features()),
            !training.modelId().isEmpty());
    files.write(
        "report/index.html",
        Page.of(spark, run, run.asOf(spark), figures, training, model, drift, warnings));
    LOG.info(
        "Report: {} files, {} advice rows, {} points of curves.",
        figures.files(),
        figures.advice().size(),
        figures.curves().size());
    return List.of();
  }

  /** Tonight's network, else the champion's; nothing where the registry cannot give it. */
  private static Optional<TrainedModel> model(Run run, Training training) {
    Registry registry = new Registry(run.settings().output().root());
    return Optional.of(training.modelId())
        .filter(id -> !id.isEmpty())
        .or(() -> registry.champion().map(Champion::modelId))
        .filter(id -> registry.list().contains(id))
        .flatMap(id -> card(registry, id));
  }

  private static Optional<TrainedModel> card(Registry registry, String id) {
    try {
      return Optional.of(registry.load(id));
    } catch (UserError e) {
      // The evaluation has warned of it.
      return Optional.empty();
    }
  }
}
