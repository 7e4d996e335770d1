package org.chunkopt.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Scripts;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training on a standalone master with two workers, all started from a Spark distribution, by the
 * command that a user gives. The weights are compared with those of a single process: the same
 * labels, seed and number of workers give the same network, wherever the workers are.
 */
@Tag("slow")
@ExtendWith(Spark.class)
class StandaloneClusterTest {
  private static final String DATE = "2026-11-23";
  private static final String HERE = InetAddress.getLoopbackAddress().getHostAddress();
  private static final int EPOCHS = 6;

  @TempDir Path directory;

  private final List<Process> cluster = new ArrayList<>();
  private String master;

  @BeforeEach
  void startCluster() throws Exception {
    int port = freePort();
    master = "spark://" + HERE + ":" + port;
    daemon("master", "Master", "--host", HERE, "--port", "" + port, "--webui-port", "0");
    for (int worker = 1; worker <= 2; worker++) {
      daemon(
          "worker-" + worker,
          "Worker",
          "--host",
          HERE,
          "--webui-port",
          "0",
          "--cores",
          "1",
          "--memory",
          "1g",
          "--work-dir",
          directory.resolve("work-" + worker).toString(),
          master);
    }
    await(log("master"), "Registering worker", 2);
  }

  @AfterEach
  void stopCluster() throws Exception {
    for (Process daemon : cluster) {
      daemon.descendants().forEach(ProcessHandle::destroyForcibly);
      daemon.destroyForcibly().waitFor();
    }
  }

  @Test
  @DisplayName(
      "the network of two executors, of one that lost an executor, and of one killed driver")
  void theNetworkDoesNotDependOnWhereItWasTrained(SparkSession spark) throws Exception {
    assertThat(train(spark, "local", "local[2]").waitFor()).isZero();
    String expected = weights("local");

    assertThat(train(spark, "cluster", master).waitFor()).isZero();
    assertThat(weights("cluster")).isEqualTo(expected);

    Process loses = train(spark, "loses", master);
    await(log("loses"), "epoch 2/", 1);
    executor().destroyForcibly();
    assertThat(loses.waitFor()).isZero();
    assertThat(Files.readString(log("loses"))).contains("Lost executor");
    assertThat(weights("loses")).isEqualTo(expected);

    Process killed = train(spark, "killed", master);
    await(log("killed"), "epoch 3/", 1);
    killed.destroyForcibly().waitFor();
    assertThat(train(spark, "killed", master).waitFor()).isZero();
    assertThat(Files.readString(log("killed"))).contains("goes on after epoch");
    assertThat(weights("killed")).isEqualTo(expected);
  }

  /**
   * The command train over the same labels into an output of its own; the process is the driver.
   */
  private Process train(SparkSession spark, String name, String master) throws IOException {
    Path output = directory.resolve(name);
    Path labels = output.resolve("staging/run_date=" + DATE + "/labels");
    if (!Files.exists(labels)) {
      Tables.LABELS
          .require(ToyLabels.of(spark, 6_000, ToyLabels.SAME_SIGN, "1"))
          .write()
          .parquet(labels.toString());
      // One site, so that its models may differ in nothing.
      Path site = Path.of("models", "site.json");
      if (Files.exists(directory.resolve("local").resolve(site))) {
        Files.createDirectories(output.resolve("models"));
        Files.copy(directory.resolve("local").resolve(site), output.resolve(site));
      }
    }
    Path settings =
        Files.writeString(
            directory.resolve(name + ".conf"),
            """
            chunkopt {
              inputs.metrics = ["%1$s/none"], inputs.inventory = ["%1$s/none"]
              output.root = "%1$s"
              training { min-files = 100, epochs = %2$d, patience = %2$d, workers = 2 }
            }
            """
                .formatted(output, EPOCHS));
    ProcessBuilder train =
        Scripts.command(
            "chunkopt",
            "train",
            "--settings",
            settings.toString(),
            "--date",
            DATE,
            "--master",
            master,
            "--",
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.driver.host=" + HERE,
            "--conf",
            "spark.executor.memory=700m",
            "--conf",
            "spark.cores.max=2");
    train.environment().put("CHUNKOPT_DRIVER_MEMORY", "1g");
    return train
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()))
        .start();
  }

  /** SHA-256 of the weights and all losses, out of the model's description. */
  private String weights(String name) throws IOException {
    try (Stream<Path> models = Files.list(directory.resolve(name).resolve("models"))) {
      Path model = models.filter(Files::isDirectory).findFirst().orElseThrow();
      String description = Files.readString(model.resolve("model.json"));
      assertThat(description).contains("\"sha256\"");
      return description;
    }
  }

  private ProcessHandle executor() {
    return cluster.stream()
        .flatMap(Process::descendants)
        .filter(child -> command(child).contains("CoarseGrainedExecutorBackend"))
        .findFirst()
        .orElseThrow();
  }

  private static String command(ProcessHandle process) {
    return process.info().arguments().map(all -> String.join(" ", all)).orElse("");
  }

  private void daemon(String name, String kind, String... arguments) throws Exception {
    Path home = sparkHome();
    List<String> command =
        new ArrayList<>(
            List.of(
                home.resolve("bin/spark-class").toString(),
                "org.apache.spark.deploy." + kind.toLowerCase(java.util.Locale.ROOT) + "." + kind));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_LOCAL_IP", HERE);
    builder.environment().put("SPARK_DAEMON_MEMORY", "256m");
    cluster.add(builder.redirectErrorStream(true).redirectOutput(log(name).toFile()).start());
  }

  private static Path sparkHome() throws Exception {
    Process find = Scripts.command("find-spark").start();
    String home = new String(find.getInputStream().readAllBytes()).strip();
    assertThat(find.waitFor()).isZero();
    return Path.of(home);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }

  private static void await(Path log, String text, int times) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (System.nanoTime() < end) {
      if (Files.exists(log)
          && Files.readString(log).split(java.util.regex.Pattern.quote(text), -1).length > times) {
        return;
      }
      Thread.sleep(200);
    }
    throw new AssertionError("No \"" + text + "\" in " + Files.readString(log));
  }
}
