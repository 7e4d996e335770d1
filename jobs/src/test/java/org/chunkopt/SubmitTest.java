package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chunkopt.testing.Scripts;
import org.chunkopt.testing.StandInSubmit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How the scripts submit: one command line, on one machine and on clusters, whose exit code they
 * end with. A {@code spark-submit} that records its arguments stands for Spark.
 */
class SubmitTest {
  @TempDir Path directory;
  private StandInSubmit spark;

  @BeforeEach
  void standIn() throws IOException {
    spark = StandInSubmit.in(directory);
  }

  private static final String IMAGE = "registry/chunkopt@sha256:" + "0a".repeat(32);

  @Test
  void aNightOnEveryKindOfClusterIsOneSubmitInClientMode() throws IOException {
    Map<String, String> standalone = Map.of("CHUNKOPT_MASTER", "spark://host:7077");
    Map<String, String> yarn = Map.of("HADOOP_CONF_DIR", "/etc/hadoop", "CHUNKOPT_QUEUE", "night");
    Map<String, String> kubernetes =
        Map.of(
            "KUBERNETES_SERVICE_HOST", "10.1.0.1",
            "CHUNKOPT_IMAGE", IMAGE,
            "CHUNKOPT_CLAIM", "shared",
            "POD_NAME", "night-1",
            "POD_IP", "10.0.0.7",
            "CHUNKOPT_EXECUTORS", "8",
            "CHUNKOPT_EXECUTOR_JAVA", "/opt/jdk 17");

    assertThat(cluster("standalone", standalone))
        .containsSubsequence("--master", "spark://host:7077")
        .contains("spark.cores.max=4", "spark.executor.memory=2g");
    assertThat(cluster("yarn", yarn))
        .containsSubsequence("--master", "yarn")
        .contains("spark.executor.instances=4", "spark.yarn.queue=night");
    assertThat(cluster("kubernetes", kubernetes))
        .containsSubsequence("--master", "k8s://https://10.1.0.1:443")
        .contains(
            "spark.executor.instances=8",
            "spark.executorEnv.JAVA_HOME=/opt/jdk 17",
            "spark.kubernetes.container.image=" + IMAGE,
            "spark.kubernetes.namespace=default",
            "spark.kubernetes.authenticate.driver.serviceAccountName=chunkopt",
            "spark.kubernetes.executor.volumes.persistentVolumeClaim.chunkopt.options.claimName"
                + "=shared",
            "spark.kubernetes.executor.volumes.persistentVolumeClaim.chunkopt.mount.path"
                + "=/srv/chunkopt",
            "spark.kubernetes.driver.pod.name=night-1",
            "spark.driver.host=10.0.0.7");
  }

  /** Arguments of the one submit, after a look at what all clusters have in common. */
  private List<String> cluster(String kind, Map<String, String> environment) throws IOException {
    List<String> arguments =
        spark.submitted(
            environment,
            "nightly-cluster.sh",
            kind,
            "--settings",
            "/etc/my site.conf",
            "--conf",
            "spark.eventLog.enabled=true",
            "--",
            "--name",
            "tonight");
    int jar = arguments.indexOf(spark.jar().toString());
    assertThat(arguments.subList(jar + 1, arguments.size()))
        .containsExactly("nightly", "--settings", "/etc/my site.conf");
    assertThat(arguments.subList(0, jar))
        .contains("spark.submit.deployMode=client", "spark.eventLog.enabled=true")
        .containsSubsequence("--properties-file", "--name", "tonight");
    return arguments;
  }

  @Test
  void whatAClusterNeedsIsNamed() throws IOException {
    assertThat(refused(Map.of(), "standalone")).contains("CHUNKOPT_MASTER is not set", "spark://");
    assertThat(refused(Map.of(), "yarn")).contains("HADOOP_CONF_DIR is not set");
    assertThat(refused(Map.of("CHUNKOPT_MASTER", "k8s://h"), "kubernetes"))
        .contains("CHUNKOPT_IMAGE is not set");
    for (String tag : List.of("registry/chunkopt:1", "chunkopt", "chunkopt@sha256:12")) {
      Map<String, String> bare = Map.of("CHUNKOPT_MASTER", "k8s://h", "CHUNKOPT_IMAGE", tag);
      assertThat(refused(bare, "kubernetes")).contains(tag, "@sha256:DIGEST");
    }
    assertThat(refused(Map.of("CHUNKOPT_EXECUTORS", "many"), "yarn")).contains("many");
    assertThat(refused(Map.of(), "mesos")).contains("standalone, yarn or kubernetes");
    assertThat(refused(Map.of("HADOOP_CONF_DIR", "/etc"), "yarn", "--conf", "memory=1"))
        .contains("--conf needs a setting of Spark");
    assertThat(spark.ran()).isFalse();
  }

  private String refused(Map<String, String> environment, String... arguments) throws IOException {
    Scripts.Result result =
        Scripts.run(spark.environment(environment), "nightly-cluster.sh", arguments);
    assertThat(result.code()).isEqualTo(UserError.USAGE);
    return result.err();
  }

  @Test
  void aDryRunPrintsTheCommandThatWouldRun() throws IOException {
    String[] night = {"--settings", "/etc/my 'site'.conf", "--date", "2026-11-23", "--conf"};
    List<String> command = new ArrayList<>(List.of(night));
    command.addAll(List.of("spark.driver.extraClassPath=/a b/*", "--dry-run"));
    Scripts.Result dry =
        Scripts.run(spark.environment(Map.of()), "nightly.sh", command.toArray(String[]::new));
    assertThat(dry.code()).as(dry.err()).isZero();
    assertThat(dry.out().lines()).hasSize(1);
    assertThat(spark.ran()).isFalse();

    command.remove("--dry-run");
    List<String> arguments =
        spark.submitted(Map.of(), "nightly.sh", command.toArray(String[]::new));
    assertThat(spark.shell(Map.of(), dry.out()).code()).isZero();
    assertThat(spark.arguments()).isEqualTo(arguments);
  }

  @Test
  void progressIsDrawnOnATerminalAlone() throws IOException {
    String plain = javaOptions(spark.submitted(Map.of("TERM", "xterm"), "nightly.sh"));
    assertThat(plain).contains("log4j2.properties").doesNotContain("chunkopt.progress");

    String night = Path.of("../submit-scripts/nightly.sh").toRealPath().toString();
    String terminal = "python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' " + night;
    spark.shell(Map.of("TERM", "xterm"), terminal).requireSuccess();
    assertThat(javaOptions(spark.arguments()))
        .contains("log4j2.properties", " -Dchunkopt.progress=true ");
    spark.shell(Map.of("TERM", "dumb"), terminal).requireSuccess();
    assertThat(javaOptions(spark.arguments())).isEqualTo(plain);
  }

  private static String javaOptions(List<String> arguments) {
    return arguments.get(arguments.indexOf("--driver-java-options") + 1);
  }

  @Test
  void everyExitCodePassesThrough() throws IOException {
    for (int code : List.of(0, 1, 2, 64, 75)) {
      spark.endsWith(code);
      Map<String, String> yarn = spark.environment(Map.of("HADOOP_CONF_DIR", "/etc/hadoop"));
      assertThat(Scripts.run(yarn, "nightly.sh", "--settings", "s").code()).isEqualTo(code);
      assertThat(Scripts.run(yarn, "nightly-cluster.sh", "yarn", "--settings", "s").code())
          .isEqualTo(code);
    }
  }
}
