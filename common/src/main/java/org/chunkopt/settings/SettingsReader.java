package org.chunkopt.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.chunkopt.UserError;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.tables.Tables;

/**
 * Reads the settings file over {@code reference.conf} and the environment into {@link Settings}.
 * All problems are collected and reported at once, each with its origin and a suggestion.
 */
public final class SettingsReader {
  private static final String ROOT = "chunkopt";

  private final Config config;
  private final List<String> problems = new ArrayList<>();

  private SettingsReader(Config config) {
    this.config = config;
  }

  /** The defaults of {@code reference.conf} and the environment alone. */
  public static Settings defaults() {
    return read(ConfigFactory.empty());
  }

  /**
   * The settings of a file.
   *
   * @throws UserError with exit code 64, listing every problem
   */
  public static Settings read(Path file) {
    return read(parseFile(file));
  }

  /**
   * The settings of a file, or without one the defaults, with single keys laid over.
   *
   * @param overrides values by key below {@code chunkopt}: what the command line sets
   * @throws UserError with exit code 64, listing every problem
   */
  public static Settings read(Optional<Path> file, Map<String, Object> overrides) {
    Config commandLine =
        overrides.isEmpty()
            ? ConfigFactory.empty()
            : ConfigFactory.parseMap(overrides, "command line").atKey(ROOT);
    return read(
        commandLine.withFallback(
            file.map(SettingsReader::parseFile).orElse(ConfigFactory.empty())));
  }

  /**
   * The settings of a site, which must say where its inventory is and where results go.
   *
   * @throws UserError with exit code 64, listing every problem
   */
  public static Settings site(Path file) {
    return read(parseFile(file), List.of("output.root", "inputs.inventory"));
  }

  /** The settings of a text in HOCON, for tests and for the simulator's own settings. */
  public static Settings parse(String hocon) {
    return read(ConfigFactory.parseString(hocon));
  }

  static Config parseFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw UserError.usage(
          "Settings file " + file + " does not exist. Copy conf/site.conf and give its path.");
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    } catch (ConfigException e) {
      throw UserError.usage("Settings file " + file + " cannot be read: " + e.getMessage());
    }
  }

  static Config reference() {
    return ConfigFactory.parseResources(SettingsReader.class.getClassLoader(), "reference.conf");
  }

  /** The environment over the given settings over the defaults. */
  static Config merge(Config overrides) {
    Config environment =
        ConfigFactory.parseResources(SettingsReader.class.getClassLoader(), "environment.conf");
    try {
      return environment.withFallback(overrides).withFallback(reference()).resolve();
    } catch (ConfigException e) {
      throw UserError.usage("The settings cannot be resolved: " + e.getMessage());
    }
  }

  private static Settings read(Config overrides) {
    return read(overrides, List.of());
  }

  private static Settings read(Config overrides, List<String> required) {
    Config merged = merge(overrides);
    SettingsReader reader = new SettingsReader(merged);
    reader.rejectUnknownKeys(overrides.resolveWith(merged), reference());
    Settings settings = reader.settings();
    required.stream()
        .filter(key -> reader.strings(key).isEmpty())
        .forEach(key -> reader.problem(key, "is empty; a site must set it"));
    if (!reader.problems.isEmpty()) {
      throw UserError.usage(
          "The settings have "
              + reader.problems.size()
              + (reader.problems.size() == 1 ? " problem:\n  " : " problems:\n  ")
              + String.join("\n  ", reader.problems));
    }
    return settings;
  }

  private Settings settings() {
    return new Settings(
        new Settings.Inputs(
            strings("inputs.metrics"),
            strings("inputs.inventory"),
            strings("inputs.access"),
            strings("inputs.observations")),
        new Settings.Influx(
            string("influx.url"),
            string("influx.org"),
            string("influx.bucket"),
            new Secret(string("influx.token")),
            string("influx.token-file")),
        new Settings.Nodes(
            strings("nodes.storage-targets"),
            strings("nodes.metadata-servers"),
            strings("nodes.client-nodes")),
        new Settings.Collection(
            integer("collection.interval-seconds", 60, 60),
            duration("collection.history-window", Duration.ofMinutes(1), Duration.ofDays(1))),
        new Settings.Output(string("output.root")),
        new Settings.BeeGfs(mount(), choice("beegfs.cli", Settings.Cli.class)),
        new Settings.RunSettings(
            optionalInstant("run.as-of"), whole("run.seed", Long.MIN_VALUE, Long.MAX_VALUE)),
        ingest(),
        chunkRange(),
        new Settings.Evidence(
            integer("evidence.min-files", 2, 1_000_000),
            integer("evidence.min-groups", 1, 1_000_000),
            number("evidence.tie-fraction", 0, 0.5),
            number("evidence.min-dominance", 0, 1),
            number("evidence.cohort-sd-log2", 0.001, 10),
            number("evidence.prior-sd-log2", 0.001, 10),
            integer("evidence.validation-percent", 1, 49),
            integer("evidence.test-percent", 1, 49)),
        model(),
        new Settings.Training(
            number("training.learning-rate", 1e-8, 1),
            integer("training.batch-size", 1, 65_536),
            integer("training.epochs", 1, 100_000),
            integer("training.patience", 1, 100_000),
            number("training.min-delta", 0, 1),
            integer("training.min-files", 1, Integer.MAX_VALUE),
            integer("training.max-rows", 1, Integer.MAX_VALUE),
            integer("training.rounds-per-epoch", 1, 10_000),
            integer("training.workers", 0, 4_096)),
        new Settings.Evaluate(string("evaluate.truth"), integer("evaluate.bootstrap", 10, 100_000)),
        new Settings.Plan(
            integer("plan.max-directories", 0, Integer.MAX_VALUE),
            integer("plan.max-files", 0, Integer.MAX_VALUE),
            whole("plan.max-bytes", 0, Long.MAX_VALUE),
            number("plan.min-gain", 1, 100),
            number("plan.min-agreement", 0, 1),
            integer("plan.horizon-days", 1, 3_650),
            number("plan.copy-bytes-per-s", 1, 1e15)),
        simulate());
  }

  private Settings.Ingest ingest() {
    double max = number("ingest.max-reject-fraction", 0, 1);
    double warn = number("ingest.warn-reject-fraction", 0, 1);
    if (warn > max) {
      problem(
          "ingest.warn-reject-fraction",
          "is above ingest.max-reject-fraction; the run would fail before it warns");
    }
    return new Settings.Ingest(
        max,
        warn,
        integer("ingest.max-line-bytes", 1_024, 1 << 30),
        duration("ingest.future-tolerance", Duration.ZERO, Duration.ofDays(365)));
  }

  private Settings.ChunkRange chunkRange() {
    ChunkSize min = chunk("chunk-size.min-kb");
    ChunkSize max = chunk("chunk-size.max-kb");
    if (min.compareTo(max) > 0) {
      problem("chunk-size.min-kb", "is above chunk-size.max-kb; swap the two");
    }
    return new Settings.ChunkRange(min, max, chunk("chunk-size.default-kb"));
  }

  private ChunkSize chunk(String key) {
    long kb = whole(key, 64, 8_192);
    if (Long.bitCount(kb) != 1) {
      long below = Long.highestOneBit(kb);
      problem(key, "is no power of two; use " + below + " or " + below * 2);
      return ChunkSize.DEFAULT;
    }
    return new ChunkSize(kb << 10);
  }

  private Settings.Model model() {
    List<String> names = strings("model.features");
    List<String> features =
        names.equals(List.of("default"))
            ? Tables.DEFAULT_FEATURES
            : names.equals(List.of("extended")) ? Tables.EXTENDED_FEATURES : names;
    for (String feature : features) {
      if (!Tables.EXTENDED_FEATURES.contains(feature)) {
        problem(
            "model.features",
            "names \""
                + feature
                + "\", which is no input"
                + nearest(feature, Tables.EXTENDED_FEATURES));
      }
    }
    if (features.isEmpty()) {
      problem("model.features", "is empty; use default");
    }
    if (features.stream().distinct().count() < features.size()) {
      problem("model.features", "names a column twice");
    }
    if (!string("model.input-features").isEmpty()) {
      int width = integer("model.input-features", 1, 1_000);
      if (width != features.size()) {
        problem(
            "model.input-features",
            "is " + width + " but model.features has " + features.size() + " columns");
      }
    }
    return new Settings.Model(
        features,
        integers("model.hidden-layers", 1, 4_096),
        number("model.dropout-retain", 0.1, 1));
  }

  private Settings.Simulate simulate() {
    return new Settings.Simulate(
        string("simulate.output"),
        whole("simulate.files", 1, 10_000_000_000L),
        integer("simulate.hours", 1, 24 * 366),
        integer("simulate.storage-servers", 1, 1_000),
        integer("simulate.targets-per-server", 1, 60),
        integer("simulate.metadata-servers", 1, 1_000),
        integer("simulate.users", 1, 100_000),
        choice("simulate.hardware", Settings.Hardware.class),
        number("simulate.default-share", 0, 1),
        number("simulate.darshan-share", 0, 1),
        choice("simulate.inventory", Settings.Cli.class),
        optionalInstant("simulate.end").orElse(Instant.EPOCH));
  }

  private String mount() {
    String mount = string("beegfs.mount");
    if (!mount.startsWith("/")) {
      problem("beegfs.mount", "is no absolute path; for example /mnt/beegfs");
    }
    return mount.length() > 1 && mount.endsWith("/")
        ? mount.substring(0, mount.length() - 1)
        : mount;
  }

  private String string(String key) {
    ConfigValue value = config.getValue(ROOT + "." + key);
    if (value.valueType() == ConfigValueType.LIST || value.valueType() == ConfigValueType.OBJECT) {
      problem(key, "is a " + type(value) + ", not a text");
      return "";
    }
    return String.valueOf(value.unwrapped());
  }

  /** A list, one value, or a comma-separated text (the environment knows no lists). */
  private List<String> strings(String key) {
    ConfigValue value = config.getValue(ROOT + "." + key);
    if (value.unwrapped() instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return Arrays.stream(string(key).split(","))
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .toList();
  }

  private List<Integer> integers(String key, int min, int max) {
    List<String> texts = strings(key);
    if (texts.isEmpty()) {
      problem(key, "is empty; give at least one number");
    }
    return texts.stream().map(text -> (int) wholeOf(key, text, min, max)).toList();
  }

  private int integer(String key, int min, int max) {
    return (int) whole(key, min, max);
  }

  private long whole(String key, long min, long max) {
    return wholeOf(key, string(key), min, max);
  }

  private long wholeOf(String key, String text, long min, long max) {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= min && number <= max) {
        return number;
      }
      problem(key, "is " + number + ", outside " + min + " to " + max);
    } catch (NumberFormatException e) {
      problem(key, "is \"" + text + "\", not a whole number");
    }
    return min;
  }

  private double number(String key, double min, double max) {
    String text = string(key);
    try {
      double number = Double.parseDouble(text.strip());
      if (number >= min && number <= max) {
        return number;
      }
      problem(key, "is " + text + ", outside " + min + " to " + max);
    } catch (NumberFormatException e) {
      problem(key, "is \"" + text + "\", not a number");
    }
    return min;
  }

  private Duration duration(String key, Duration min, Duration max) {
    try {
      Duration duration = config.getDuration(ROOT + "." + key);
      if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
        return duration;
      }
      problem(
          key,
          "is "
              + string(key)
              + ", outside "
              + min.toMinutes()
              + " to "
              + max.toMinutes()
              + " minutes");
    } catch (ConfigException e) {
      problem(key, "is \"" + string(key) + "\", not a duration; for example 1h or 30m");
    }
    return min;
  }

  private Optional<Instant> optionalInstant(String key) {
    String text = string(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      problem(key, "is \"" + text + "\", not an instant; for example 2026-11-23T00:00:00Z");
      return Optional.empty();
    }
  }

  private <E extends Enum<E>> E choice(String key, Class<E> type) {
    String text = string(key);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    String allowed =
        Arrays.stream(type.getEnumConstants())
            .map(c -> c.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    problem(key, "is \"" + text + "\"; use one of " + allowed);
    return type.getEnumConstants()[0];
  }

  private void rejectUnknownKeys(Config overrides, Config reference) {
    List<String> known = new ArrayList<>(leaves(reference));
    for (String root : overrides.root().keySet()) {
      if (!root.equals(ROOT)) {
        problems.add(
            origin(overrides.root().get(root).origin())
                + ": \""
                + root
                + "\" is no root key; every setting is below \"chunkopt\"");
      }
    }
    if (!overrides.hasPathOrNull(ROOT)) {
      return;
    }
    if (!(overrides.root().get(ROOT) instanceof ConfigObject)) {
      problems.add("\"chunkopt\" is no section; write chunkopt { ... }");
      return;
    }
    unknown("", overrides.getObject(ROOT), known);
  }

  private void unknown(String prefix, ConfigObject object, List<String> known) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String key = prefix + entry.getKey();
      boolean section = known.stream().anyMatch(k -> k.startsWith(key + "."));
      if (section && entry.getValue() instanceof ConfigObject inner) {
        unknown(key + ".", inner, known);
      } else if (!known.contains(key)) {
        problems.add(
            origin(entry.getValue().origin())
                + ": unknown key chunkopt."
                + key
                + nearest(key, known(entry.getValue(), known)));
      }
    }
  }

  /** Sections may be mistyped like keys. */
  private static List<String> known(ConfigValue value, List<String> keys) {
    return value instanceof ConfigObject
        ? keys.stream().map(key -> key.substring(0, key.lastIndexOf('.'))).distinct().toList()
        : keys;
  }

  /** All keys of {@code reference.conf} without the root, sorted. */
  static TreeSet<String> leaves(Config reference) {
    return reference.getObject(ROOT).toConfig().entrySet().stream()
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void problem(String key, String what) {
    problems.add(
        origin(config.getValue(ROOT + "." + key).origin()) + ": chunkopt." + key + " " + what);
  }

  static String origin(ConfigOrigin origin) {
    if (origin.description().startsWith("env var")) {
      return "environment";
    }
    return origin.lineNumber() > 0
        ? origin.description().replaceFirst("^.*?([^/]+: \\d+).*$", "$1")
        : origin.description();
  }

  private static String type(ConfigValue value) {
    return value.valueType().name().toLowerCase(Locale.ROOT);
  }

  private static String nearest(String key, List<String> known) {
    Function<String, Integer> distance = k -> distance(key, k);
    return known.stream()
        .min(java.util.Comparator.comparing(distance))
        .filter(k -> distance(key, k) <= Math.max(3, key.length() / 3))
        .map(k -> "; did you mean " + k + "?")
        .orElse("");
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
