package org.chunkopt.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.chunkopt.UserError;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.tables.Tables;

/**
 * Reads the settings file over {@code reference.conf} and the environment into {@link Settings}.
 * All problems are collected and reported at once, each with its origin and a suggestion.
 */
public final class SettingsReader {
  private final Values values;

  private SettingsReader(Config config) {
    this.values = new Values(config);
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
            : ConfigFactory.parseMap(overrides, "command line").atKey(Values.ROOT);
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
    requireUtf8(file);
    try {
      // Of a file without a directory in its path, the parser would look for no file that it
      // includes.
      return ConfigFactory.parseFile(
          file.toAbsolutePath().toFile(),
          ConfigParseOptions.defaults()
              .setAllowMissing(false)
              .appendIncluder(new RequiredIncludes()));
    } catch (ConfigException e) {
      throw UserError.usage("Settings file " + file + " cannot be read: " + e.getMessage());
    }
  }

  /** The parser would put another character in the place of each byte that is none. */
  private static void requireUtf8(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      ByteBuffer in = ByteBuffer.wrap(bytes);
      CharBuffer out = CharBuffer.allocate(bytes.length);
      if (StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isError()) {
        long line = out.flip().chars().filter(c -> c == '\n').count() + 1;
        throw UserError.usage(
            "Settings file " + file + ", line " + line + " is not UTF-8. Save it as UTF-8.");
      }
    } catch (IOException e) {
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
    UnknownKeys.reject(
        overrides.resolveWith(merged), List.copyOf(leaves(reference())), reader.values.problems());
    Settings settings = reader.settings();
    required.stream()
        .filter(key -> reader.values.strings(key).isEmpty())
        .forEach(key -> reader.values.problem(key, "is empty; a site must set it"));
    if (!reader.values.problems().isEmpty()) {
      throw UserError.usage(
          "The settings have "
              + reader.values.problems().size()
              + (reader.values.problems().size() == 1 ? " problem:\n  " : " problems:\n  ")
              + String.join("\n  ", reader.values.problems()));
    }
    return settings;
  }

  private Settings settings() {
    return new Settings(
        new Settings.Inputs(
            values.strings("inputs.metrics"),
            values.strings("inputs.inventory"),
            values.strings("inputs.index-columns"),
            values.strings("inputs.access"),
            values.strings("inputs.walk-hours"),
            values.whole("inputs.walk-user", 0, 4_294_967_295L),
            values.strings("inputs.observations")),
        influx(),
        new Settings.Nodes(
            values.strings("nodes.storage-targets"),
            values.strings("nodes.metadata-servers"),
            values.strings("nodes.client-nodes")),
        new Settings.Collection(
            values.integer("collection.interval-seconds", 60, 60),
            values.duration(
                "collection.history-window", Duration.ofMinutes(1), Duration.ofDays(1))),
        new Settings.Output(
            values.string("output.root"), values.integer("output.keep-runs", 0, 100_000)),
        new Settings.BeeGfs(mount(), values.choice("beegfs.cli", Settings.Cli.class)),
        new Settings.RunSettings(
            values.optionalInstant("run.as-of"),
            values.whole("run.seed", Long.MIN_VALUE, Long.MAX_VALUE),
            values.integer("run.carry-days", 0, 36_500)),
        ingest(),
        chunkRange(),
        new Settings.Evidence(
            values.integer("evidence.min-files", 2, 1_000_000),
            values.integer("evidence.min-groups", 1, 1_000_000),
            values.number("evidence.tie-fraction", 0, 0.5),
            values.number("evidence.min-dominance", 0, 1),
            values.integer("evidence.validation-percent", 1, 49),
            values.integer("evidence.test-percent", 1, 49),
            values.integer("evidence.later-percent", 0, 50),
            values.choice("evidence.split", Settings.SplitUnit.class)),
        new Settings.Advice(
            values.number("advice.min-probability", 0.5, 0.9999),
            values.number("advice.small-gain", 1, 100),
            values.number("advice.harm-budget", 0, 1),
            values.number("advice.loss-budget", 0, 1)),
        model(),
        new Settings.Training(
            values.number("training.learning-rate", 1e-8, 1),
            values.number("training.learning-rate-decay", 0.1, 1),
            values.number("training.max-rate-factor", 1, 64),
            values.integer("training.batch-size", 1, 65_536),
            values.integer("training.epochs", 1, 100_000),
            values.integer("training.patience", 1, 100_000),
            values.number("training.min-delta", 0, 1),
            values.integer("training.min-files", 1, Integer.MAX_VALUE),
            values.integer("training.max-rows", 1, Integer.MAX_VALUE),
            values.integer("training.rounds-per-epoch", 1, 10_000),
            values.integer("training.workers", 0, 4_096),
            values.flag("training.warm-start")),
        new Settings.Evaluate(
            values.string("evaluate.truth"), values.integer("evaluate.bootstrap", 10, 100_000)),
        new Settings.Plan(
            values.integer("plan.max-directories", 0, Integer.MAX_VALUE),
            values.integer("plan.max-files", 0, Integer.MAX_VALUE),
            values.whole("plan.max-bytes", 0, Long.MAX_VALUE),
            values.choice("plan.trust", Settings.Trust.class),
            values.integer("plan.history-days", 1, 3_650),
            values.number("plan.pilot-budget", 0, 1),
            values.integer("plan.pilot-directories", 1, 100_000),
            values.integer("plan.pilot-kinds", 0, 100_000),
            values.integer("plan.pilot-days", 1, 3_650),
            values.integer("plan.horizon-days", 1, 3_650),
            values.number("plan.copy-bytes-per-s", 1, 1e15),
            values.integer("plan.regret-days", 1, 36_500)),
        simulate());
  }

  private Settings.Influx influx() {
    Duration window = values.duration("influx.window", Duration.ofMinutes(1), Duration.ofDays(1));
    if (Duration.ofDays(1).toMillis() % window.toMillis() != 0 || window.toMillis() % 1000 != 0) {
      values.problem("influx.window", "does not divide a day; for example 1h");
    }
    return new Settings.Influx(
        values.string("influx.url"),
        values.string("influx.org"),
        values.string("influx.bucket"),
        new Secret(values.string("influx.token")),
        values.string("influx.token-file"),
        values.string("influx.user"),
        values.choice("influx.version", Settings.InfluxVersion.class),
        values.string("influx.directory"),
        window,
        values.duration("influx.delay", Duration.ZERO, Duration.ofDays(30)),
        values.duration("influx.history", Duration.ofMinutes(1), Duration.ofDays(36_500)),
        values.integer("influx.page-points", 2, 10_000_000),
        values.duration("influx.timeout", Duration.ofMillis(1), Duration.ofHours(1)),
        values.integer("influx.retries", 0, 1_000),
        values.duration("influx.retry-delay", Duration.ofMillis(1), Duration.ofMinutes(1)));
  }

  private Settings.Ingest ingest() {
    double max = values.number("ingest.max-reject-fraction", 0, 1);
    double warn = values.number("ingest.warn-reject-fraction", 0, 1);
    if (warn > max) {
      values.problem(
          "ingest.warn-reject-fraction",
          "is above ingest.max-reject-fraction; the run would fail before it warns");
    }
    return new Settings.Ingest(
        max,
        warn,
        values.integer("ingest.max-line-bytes", 1_024, 1 << 30),
        values.duration("ingest.future-tolerance", Duration.ZERO, Duration.ofDays(365)));
  }

  private Settings.ChunkRange chunkRange() {
    ChunkSize min = chunk("chunk-size.min-kb");
    ChunkSize max = chunk("chunk-size.max-kb");
    if (min.compareTo(max) > 0) {
      values.problem("chunk-size.min-kb", "is above chunk-size.max-kb; swap the two");
    }
    return new Settings.ChunkRange(min, max, chunk("chunk-size.default-kb"));
  }

  private ChunkSize chunk(String key) {
    long kb = values.whole(key, 64, 8_192);
    if (Long.bitCount(kb) != 1) {
      long below = Long.highestOneBit(kb);
      values.problem(key, "is no power of two; use " + below + " or " + below * 2);
      return ChunkSize.DEFAULT;
    }
    return new ChunkSize(kb << 10);
  }

  private Settings.Model model() {
    List<String> names = values.strings("model.features");
    List<String> features =
        names.equals(List.of("default"))
            ? Tables.DEFAULT_FEATURES
            : names.equals(List.of("extended")) ? Tables.EXTENDED_FEATURES : names;
    for (String feature : features) {
      if (!Tables.EXTENDED_FEATURES.contains(feature)) {
        values.problem(
            "model.features",
            "names \""
                + feature
                + "\", which is no input"
                + UnknownKeys.nearest(feature, Tables.EXTENDED_FEATURES));
      }
    }
    if (features.isEmpty()) {
      values.problem("model.features", "is empty; use default");
    }
    if (features.stream().distinct().count() < features.size()) {
      values.problem("model.features", "names a column twice");
    }
    if (!values.string("model.input-features").isEmpty()) {
      int width = values.integer("model.input-features", 1, 1_000);
      if (width != features.size()) {
        values.problem(
            "model.input-features",
            "is " + width + " but model.features has " + features.size() + " columns");
      }
    }
    return new Settings.Model(
        features,
        values.integers("model.hidden-layers", 1, 4_096),
        values.number("model.dropout-retain", 0.1, 1));
  }

  private Settings.Simulate simulate() {
    return new Settings.Simulate(
        values.string("simulate.output"),
        values.whole("simulate.files", 1, 10_000_000_000L),
        values.integer("simulate.hours", 1, 24 * 366),
        values.integer("simulate.storage-servers", 1, 1_000),
        values.integer("simulate.targets-per-server", 1, 60),
        values.integer("simulate.metadata-servers", 1, 1_000),
        values.integer("simulate.users", 1, 100_000),
        values.choice("simulate.hardware", Settings.Hardware.class),
        values.number("simulate.default-share", 0, 1),
        values.number("simulate.darshan-share", 0, 1),
        values.choice("simulate.inventory", Settings.Cli.class),
        values.optionalInstant("simulate.end").orElse(Instant.EPOCH),
        values.flag("simulate.sweep"),
        values.choice("simulate.control", Settings.Control.class),
        values.choice("simulate.law", Settings.Law.class),
        values.integer("simulate.logging-users", 0, 100_000),
        values.number("simulate.habits-change", 0, 1),
        values.flag("simulate.equal-capacity"));
  }

  private String mount() {
    String mount = values.string("beegfs.mount");
    if (!mount.startsWith("/")) {
      values.problem("beegfs.mount", "is no absolute path; for example /mnt/beegfs");
    }
    return mount.length() > 1 && mount.endsWith("/")
        ? mount.substring(0, mount.length() - 1)
        : mount;
  }

  /** All keys of {@code reference.conf} without the root, sorted. */
  static TreeSet<String> leaves(Config reference) {
    return reference.getObject(Values.ROOT).toConfig().entrySet().stream()
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
