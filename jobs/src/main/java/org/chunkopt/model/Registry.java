package org.chunkopt.model;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.chunkopt.UserError;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of a site, in {@code OUTPUT/models}: a directory for each, {@code champion.json}
 * beside them. A model is read from our own description and flat floats alone; whatever does not
 * fit exactly is refused, for a wrong model would mislead in silence.
 */
public final class Registry {
  private static final Logger LOG = LoggerFactory.getLogger(Registry.class);
  static final String WEIGHTS = "weights.f32";
  private static final String DESCRIPTION = "model.json";
  private static final String PREVIOUS = "champion.previous.json";
  private static final String METRICS = "metrics.json";
  private static final String SITE = "site.json";
  private static final int MAX_UNITS = 1 << 16;

  /** Parameters of the largest network that is read: 256 MiB. */
  private static final long MAX_PARAMETERS = 1 << 26;

  /** Whose models these are. */
  private record SiteId(String id) {}

  private final Path root;

  /**
   * The registry of an output.
   *
   * @param outputRoot path or URI, the setting {@code output.root}
   */
  public Registry(String outputRoot) {
    this.root = ModelFiles.qualified(new Path(outputRoot, "models"));
  }

  /** Where the model keeps its checkpoints. */
  public Path checkpoints(String id) {
    return new Path(directory(id), "checkpoints");
  }

  /**
   * Writes the model, its description last. A model of the same id is overwritten.
   *
   * @param outcome of its training, for {@code metrics.json}
   */
  public void save(TrainedModel model, TrainingOutcome outcome) {
    Path directory = directory(model.id());
    byte[] weights = ModelFiles.bytes(model.network().flat());
    requireFinite(ModelFiles.floats(weights), "The trained network");
    ModelFiles.delete(new Path(directory, DESCRIPTION));
    ModelFiles.write(new Path(directory, WEIGHTS), weights);
    ModelFiles.write(new Path(directory, METRICS), Json.write(outcome));
    ModelFiles.write(
        new Path(directory, DESCRIPTION),
        Json.write(ModelDescription.of(model, siteId(), weights)));
  }

  /** The id of this registry, made with its first model. */
  private String siteId() {
    Path file = new Path(root, SITE);
    if (!ModelFiles.exists(file)) {
      ModelFiles.write(file, Json.write(new SiteId(UUID.randomUUID().toString())));
    }
    return Json.read(ModelFiles.read(file), SiteId.class, file.toString()).id();
  }

  /**
   * Reads a model.
   *
   * @throws UserError if there is none, or if any part of it is damaged or not ours
   */
  public TrainedModel load(String id) {
    Path directory = directory(id);
    Path file = new Path(directory, DESCRIPTION);
    if (!ModelFiles.exists(file)) {
      throw UserError.failed(
          "Model " + id + " is not in " + root + ". Choose one of " + list() + ".");
    }
    List.of(root, directory, file).forEach(ModelFiles::requirePrivate);
    ModelDescription description =
        Json.read(ModelFiles.read(file), ModelDescription.class, file.toString());
    check(description, id, file.toString());
    refuseIf(
        !description.site().equals(siteId()),
        file + " describes a model of another site than " + new Path(root, SITE));
    Path weightsFile = new Path(directory, WEIGHTS);
    if (!ModelFiles.exists(weightsFile)) {
      throw UserError.failed("Model " + id + " has no " + weightsFile + ". Train again.");
    }
    ModelFiles.requirePrivate(weightsFile);
    float[] flat = weights(description, weightsFile);
    ModelDescription.Inputs scaling = description.scaling();
    return new TrainedModel(
        id,
        description.features(),
        new Scaling(scaling.median(), scaling.mean(), scaling.sd()),
        Network.of(description.network().inputs(), description.network().hidden(), flat),
        description.metadata());
  }

  private static void check(ModelDescription description, String id, String file) {
    refuseIf(
        description.schemaVersion() != ModelDescription.VERSION,
        file + " has version " + description.schemaVersion() + ", not " + ModelDescription.VERSION);
    refuseIf(!description.modelId().equals(id), file + " describes model " + description.modelId());
    List<String> features = description.features();
    for (String feature : features) {
      refuseIf(
          !Tables.EXTENDED_FEATURES.contains(feature),
          file + " names the feature \"" + feature + "\", which file_features does not have");
    }
    refuseIf(new HashSet<>(features).size() != features.size(), file + " names a feature twice");
    ModelDescription.Inputs scaling = description.scaling();
    for (double[] figures : List.of(scaling.median(), scaling.mean(), scaling.sd())) {
      refuseIf(
          figures.length != features.size(),
          file + " scales " + figures.length + " features, not " + features.size());
      for (double figure : figures) {
        refuseIf(!Double.isFinite(figure), file + " has a scaling that is no number");
      }
    }
    for (double sd : scaling.sd()) {
      refuseIf(sd <= 0, file + " has a standard deviation that is not above 0");
    }
    ModelDescription.Shape shape = description.network();
    refuseIf(
        shape.inputs() != features.size(),
        file + " has " + shape.inputs() + " inputs for " + features.size() + " features");
    refuseIf(
        shape.hidden().isEmpty() || shape.hidden().stream().anyMatch(w -> w < 1 || w > MAX_UNITS),
        file + " has hidden layers of " + shape.hidden() + " units");
    refuseIf(
        parameters(shape) > MAX_PARAMETERS,
        file + " has more than " + MAX_PARAMETERS + " parameters");
    refuseIf(
        scaling.limit() != Scaling.LIMIT
            || shape.epsilon() != Network.EPSILON
            || description.target().offset() != TrainedModel.TARGET_OFFSET
            || description.target().range() != TrainedModel.TARGET_RANGE
            || !description.weights().file().equals(WEIGHTS)
            || !description.weights().dtype().equals(ModelDescription.DTYPE)
            || !description
                .weights()
                .layout()
                .equals(Network.layout(shape.inputs(), shape.hidden())),
        file + " has constants or a layout other than this version computes with");
  }

  /** Roughly, and without an overflow. */
  private static long parameters(ModelDescription.Shape shape) {
    long sum = 0;
    long fanIn = shape.inputs();
    for (long units : shape.hidden()) {
      sum += units * (fanIn + 5);
      fanIn = units;
    }
    return sum + fanIn + 1;
  }

  private static float[] weights(ModelDescription description, Path file) {
    int size = Network.size(description.network().inputs(), description.network().hidden());
    refuseIf(
        description.weights().count() != size,
        "The network of " + file + " has " + size + " parameters, not what model.json counts");
    byte[] bytes = ModelFiles.read(file, (long) size * Float.BYTES);
    refuseIf(
        !ModelFiles.sha256(bytes).equals(description.weights().sha256()),
        file + " has another SHA-256 than model.json says");
    float[] flat = ModelFiles.floats(bytes);
    requireFinite(flat, file.toString());
    return flat;
  }

  private static void requireFinite(float[] values, String what) {
    for (float value : values) {
      refuseIf(!Float.isFinite(value), what + " has a weight that is no number");
    }
  }

  private static void refuseIf(boolean wrong, String sentence) {
    if (wrong) {
      throw UserError.failed(
          sentence + ". The model is refused; train again or promote another one.");
    }
  }

  /** The policy that scores, once one was promoted. */
  public Optional<Champion> champion() {
    Path file = new Path(root, "champion.json");
    if (!ModelFiles.exists(file)) {
      return Optional.empty();
    }
    byte[] text = ModelFiles.read(file);
    if (text.length == 0) {
      LOG.warn("{} is empty, as a power loss leaves it: there is no champion.", file);
      return Optional.empty();
    }
    return Optional.of(Json.read(text, Champion.class, file.toString()));
  }

  /**
   * Makes the policy the one that scores; the one it replaces is kept for {@link #rollback}.
   *
   * @throws UserError if it is a model that cannot be loaded
   */
  public void promote(Champion champion) {
    if (champion.policy().equals(Champion.MLP)) {
      load(champion.modelId());
    }
    champion()
        .filter(before -> !before.equals(champion))
        .ifPresent(before -> ModelFiles.write(new Path(root, PREVIOUS), Json.write(before)));
    ModelFiles.write(new Path(root, "champion.json"), Json.write(champion));
  }

  /**
   * Makes the policy that the champion replaced score again; a second call takes that back.
   *
   * @return the champion now
   * @throws UserError if no champion was ever replaced
   */
  public Champion rollback() {
    Path file = new Path(root, PREVIOUS);
    if (!ModelFiles.exists(file)) {
      throw UserError.failed(
          "There is no champion before the present one in " + root + ". Promote one instead.");
    }
    Champion before = Json.read(ModelFiles.read(file), Champion.class, file.toString());
    promote(before);
    return before;
  }

  /** Ids of the complete models, sorted. */
  public List<String> list() {
    return ModelFiles.names(root).stream()
        .filter(name -> ModelFiles.exists(new Path(new Path(root, name), DESCRIPTION)))
        .toList();
  }

  private Path directory(String id) {
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
      throw UserError.failed("\"" + id + "\" is no model id. Choose one of " + list() + ".");
    }
    return new Path(root, id);
  }
}
