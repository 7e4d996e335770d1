package org.chunkopt.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  private static final Map<String, String> VARIABLES = variables();

  private static Map<String, String> variables() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("INFLUXDB_URL", "http://influx:8086");
    values.put("INFLUXDB_ORG", "hpc");
    values.put("INFLUXDB_BUCKET", "mon");
    values.put("INFLUXDB_TOKEN", "canary-in-the-environment");
    values.put("INFLUXDB_USER", "reader");
    values.put("STORAGE_TARGETS", "1,2");
    values.put("METADATA_SERVERS", "meta01");
    values.put("CLIENT_NODES", "10.0.0.1, 10.0.0.2");
    values.put("COLLECTION_INTERVAL", "60");
    values.put("HISTORY_WINDOW", "2h");
    values.put("MIN_CHUNK_SIZE", "128");
    values.put("MAX_CHUNK_SIZE", "4096");
    values.put("INPUT_FEATURES", "15");
    values.put("HIDDEN_LAYERS", "64,32");
    values.put("LEARNING_RATE", "0.01");
    values.put("BATCH_SIZE", "256");
    values.put("EPOCHS", "7");
    return values;
  }

  /** The body of the forked JVM: environment variables cannot be set in a running one. */
  public static void main(String[] arguments) {
    Settings settings = SettingsReader.read(new File(arguments[0]).toPath());
    System.out.println(settings.influx().token().reveal().length());
    System.out.println(settings.influx());
    System.out.println(settings.nodes());
    System.out.println(settings.collection());
    System.out.println(settings.chunkSize());
    System.out.println(settings.model().hiddenLayers());
    System.out.println(settings.training());
    EffectiveSettings.of(Optional.empty())
        .forEach(s -> System.out.println(s.key() + "=" + s.value() + " from " + s.origin()));
  }

  @Test
  void everyDocumentedNameIsBoundToTheKeyItStandsBeside() throws IOException {
    Map<String, String> documented = new LinkedHashMap<>();
    Matcher comment =
        Pattern.compile("(?m)^ *([a-z-]+) = .*# environment: ([A-Z_]+)$")
            .matcher(resource("reference.conf"));
    while (comment.find()) {
      documented.put(comment.group(2), comment.group(1));
    }
    Map<String, String> bound = new LinkedHashMap<>();
    Matcher binding =
        Pattern.compile("(?m)^chunkopt\\.[a-z-]+\\.([a-z-]+) = \\$\\{\\?([A-Z_]+)}$")
            .matcher(resource("environment.conf"));
    while (binding.find()) {
      bound.put(binding.group(2), binding.group(1));
    }

    assertThat(bound).isEqualTo(documented).containsOnlyKeys(VARIABLES.keySet());
  }

  @Test
  @Tag("R20")
  @DisplayName("R20: a token of the environment is not printed")
  void everyNameOverridesTheFileAndNoSecretIsPrinted() throws Exception {
    File file = File.createTempFile("site", ".conf");
    file.deleteOnExit();
    java.nio.file.Files.writeString(file.toPath(), "chunkopt.training.epochs = 50\n");
    ProcessBuilder fork =
        new ProcessBuilder(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                EnvironmentTest.class.getName(),
                file.getPath()));
    fork.environment().putAll(VARIABLES);
    // What Typesafe Config would take; here only the documented names count.
    fork.environment().put("CONFIG_FORCE_chunkopt_training_batch__size", "1");
    Process process = fork.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(out).isZero();
    assertThat(out.lines().toList().get(0)).isEqualTo("25");
    assertThat(out)
        .contains("Influx[url=http://influx:8086, org=hpc, bucket=mon, token=***")
        .contains("user=reader, version=AUTO")
        .contains("storageTargets=[1, 2], metadataServers=[meta01]")
        .contains("clientNodes=[10.0.0.1, 10.0.0.2]")
        .contains("intervalSeconds=60, historyWindow=PT2H")
        .contains("min=128K, max=4M")
        .contains("[64, 32]")
        .contains(
            "learningRate=0.01, learningRateDecay=1.0, maxRateFactor=4.0, batchSize=256, epochs=7")
        .contains("model.input-features=\"15\" from environment")
        .contains("influx.token=*** from environment")
        .doesNotContain("canary");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ConfigFactory.class.getClassLoader().getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
