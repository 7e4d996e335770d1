package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.chunkopt.testing.Scripts;
import org.chunkopt.testing.StandInSubmit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What starts nights: the scripts for clusters, and the files below {@code conf/} for systemd,
 * Slurm, Kubernetes and containers. A {@code spark-submit} that records its arguments stands for
 * Spark; {@code check-operations.sh} has the linters.
 */
class OperationsTest {
  private static final List<Integer> CODES = List.of(0, 1, 2, 64, 75);
  private static final String INSTALLED = "/opt/chunkopt";

  @TempDir Path directory;
  private StandInSubmit spark;

  @BeforeEach
  void standIn() throws IOException {
    spark = StandInSubmit.in(directory);
  }

  @Test
  void aNightOnEveryKindOfClusterIsOneSubmitInClientMode() throws IOException {
    Map<String, String> standalone = Map.of("CHUNKOPT_MASTER", "spark://host:7077");
    Map<String, String> yarn = Map.of("HADOOP_CONF_DIR", "/etc/hadoop", "CHUNKOPT_QUEUE", "night");
    Map<String, String> kubernetes =
        Map.of(
            "KUBERNETES_SERVICE_HOST", "10.1.0.1",
            "CHUNKOPT_IMAGE", "registry/chunkopt:1",
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
            "spark.kubernetes.container.image=registry/chunkopt:1",
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
        submitted(
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
    List<String> arguments = submitted(Map.of(), "nightly.sh", command.toArray(String[]::new));
    assertThat(shell(Map.of(), dry.out(), 0)).isEmpty();
    assertThat(spark.arguments()).isEqualTo(arguments);
  }

  @Test
  void progressIsDrawnOnATerminalAlone() throws IOException {
    String plain = javaOptions(submitted(Map.of("TERM", "xterm"), "nightly.sh"));
    assertThat(plain).contains("log4j2.properties").doesNotContain("chunkopt.progress");

    String night = Path.of("../submit-scripts/nightly.sh").toRealPath().toString();
    String terminal = "python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' " + night;
    shell(Map.of("TERM", "xterm"), terminal, 0);
    assertThat(javaOptions(spark.arguments()))
        .contains("log4j2.properties", " -Dchunkopt.progress=true ");
    shell(Map.of("TERM", "dumb"), terminal, 0);
    assertThat(javaOptions(spark.arguments())).isEqualTo(plain);
  }

  private static String javaOptions(List<String> arguments) {
    return arguments.get(arguments.indexOf("--driver-java-options") + 1);
  }

  @Test
  void everyExitCodePassesThrough() throws IOException {
    for (int code : CODES) {
      spark.endsWith(code);
      Map<String, String> yarn = spark.environment(Map.of("HADOOP_CONF_DIR", "/etc/hadoop"));
      assertThat(Scripts.run(yarn, "nightly.sh", "--settings", "s").code()).isEqualTo(code);
      assertThat(Scripts.run(yarn, "nightly-cluster.sh", "yarn", "--settings", "s").code())
          .isEqualTo(code);
    }
  }

  /** Codes after which a run is published: success, for whoever watches the nights. */
  private static TreeSet<Integer> published() {
    return Main.exitCodes().entrySet().stream()
        .filter(code -> code.getValue().startsWith("published"))
        .map(code -> Integer.valueOf(code.getKey()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void systemdCallsSuccessWhatIsPublished() throws IOException {
    Map<String, List<String>> service = unit("chunkopt-nightly.service");
    TreeSet<Integer> success = new TreeSet<>(List.of(0));
    for (String codes : service.get("Service.SuccessExitStatus")) {
      for (String code : codes.split(" ")) {
        success.add(Integer.valueOf(code));
      }
    }
    assertThat(success).isEqualTo(published()).isEqualTo(new TreeSet<>(List.of(0, 2)));
    assertThat(service.get("Service.Type")).containsExactly("oneshot");
    assertThat(service.get("Service.User")).doesNotContain("root").hasSize(1);
    assertThat(service).containsKeys("Service.UMask", "Unit.After", "Service.NoNewPrivileges");
    assertThat(service.get("Service.Environment")).as("secrets belong in the file").isNull();

    List<String> arguments = started(service.get("Service.ExecStart").get(0));
    assertThat(arguments).endsWith("nightly", "--settings", "/etc/chunkopt/site.conf");

    Map<String, List<String>> timer = unit("chunkopt-nightly.timer");
    assertThat(timer.get("Timer.OnCalendar")).singleElement().asString().endsWith("UTC");
    assertThat(timer.get("Timer.Persistent")).containsExactly("yes");
    assertThat(timer.get("Install.WantedBy")).containsExactly("timers.target");
  }

  private static Map<String, List<String>> unit(String name) throws IOException {
    Map<String, List<String>> values = new HashMap<>();
    String section = "";
    for (String line : Files.readAllLines(conf("systemd/" + name))) {
      if (line.startsWith("[")) {
        section = line.substring(1, line.indexOf(']'));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        String[] parts = line.split("=", 2);
        values.computeIfAbsent(section + "." + parts[0], key -> new ArrayList<>()).add(parts[1]);
      }
    }
    return values;
  }

  @Test
  void theEntryOfTheScrontabFitsItsAllocation() throws IOException {
    List<String> lines = Files.readAllLines(conf("slurm/chunkopt.scron"));
    String entry = lines.get(lines.size() - 1);
    Matcher cron = Pattern.compile("(\\d+) (\\d+) \\* \\* \\* (.*)").matcher(entry);
    assertThat(cron.matches()).as(entry).isTrue();
    assertThat(Integer.parseInt(cron.group(1))).isLessThan(60);
    assertThat(Integer.parseInt(cron.group(2))).isLessThan(24);

    Map<String, String> options = new HashMap<>();
    // Options hold for the one entry below them, and only where nothing stands between.
    for (int i = lines.size() - 2; lines.get(i).startsWith("#SCRON"); i--) {
      Matcher option = Pattern.compile("#SCRON --([a-z-]+)=(\\S+)").matcher(lines.get(i));
      assertThat(option.matches()).as(lines.get(i)).isTrue();
      options.put(option.group(1), option.group(2));
    }
    assertThat(lines.stream().filter(line -> line.startsWith("#SCRON"))).hasSize(options.size());
    assertThat(options)
        .containsOnlyKeys("job-name", "time", "nodes", "ntasks", "cpus-per-task", "mem", "output")
        .containsEntry("nodes", "1")
        .containsEntry("ntasks", "1");
    assertThat(options.get("time")).matches("\\d\\d:[0-5]\\d:[0-5]\\d");

    List<String> arguments = started(cron.group(3));
    assertThat(arguments)
        .containsSubsequence("--master", "local[" + options.get("cpus-per-task") + "]");
    String heap = arguments.get(arguments.indexOf("--driver-memory") + 1);
    assertThat(2 * Integer.parseInt(heap.replace("g", "")))
        .as("training holds its arrays outside the heap")
        .isLessThanOrEqualTo(Integer.parseInt(options.get("mem").replace("G", "")));
  }

  @Test
  void kubernetesSeesSuccessWhereARunIsPublished() throws IOException {
    String manifest = Files.readString(conf("kubernetes/chunkopt.yaml"));
    Matcher argument =
        Pattern.compile("( +)args:\\n +- \\|\\n((?:\\1 {4}.*\\n)+)").matcher(manifest);
    assertThat(argument.find()).isTrue();
    String script = here(argument.group(2).stripIndent());
    assertThat(manifest)
        .contains("concurrencyPolicy: Forbid", "restartPolicy: Never", "backoffLimit: 0");
    Map<String, String> pod = new HashMap<>();
    for (String name : List.of("CHUNKOPT_IMAGE", "POD_NAME", "POD_IP", "CHUNKOPT_CLAIM")) {
      assertThat(manifest).contains("- name: " + name + "\n");
      pod.put(name, "x");
    }
    pod.put("KUBERNETES_SERVICE_HOST", "10.1.0.1");
    for (int code : CODES) {
      spark.endsWith(code);
      shell(pod, script, published().contains(code) ? 0 : code);
    }
    assertThat(spark.arguments()).containsSubsequence("--master", "k8s://https://10.1.0.1:443");
  }

  @Test
  void theImageHoldsAllThatANightNeeds() throws IOException {
    List<String> file = Files.readAllLines(conf("container/Containerfile"));
    List<String> admitted = Files.readAllLines(conf("container/Containerfile.dockerignore"));
    Path image = directory.resolve("image");
    int copies = 0;
    for (String line : file) {
      Matcher copy = Pattern.compile("COPY (\\S+) (\\S+)").matcher(line);
      if (copy.matches()) {
        copies++;
        assertThat(admitted).contains("!" + copy.group(1).replaceAll("/$", ""));
        copy(copy.group(1), image.resolve(copy.group(2).substring(1)));
      }
    }
    assertThat(copies).isEqualTo(admitted.stream().filter(line -> line.startsWith("!")).count());
    assertThat(file.stream().filter(line -> line.startsWith("USER"))).containsExactly("USER 185");
    assertThat(file).noneMatch(line -> line.startsWith("ENTRYPOINT"));

    Map<String, String> environment = new HashMap<>(spark.environment(Map.of()));
    environment.put("CHUNKOPT_JAR", "");
    Scripts.Result night =
        Scripts.execute(
            environment,
            List.of(
                image.resolve("opt/chunkopt/submit-scripts/nightly.sh").toString(),
                "--settings",
                "/etc/chunkopt/site.conf"));
    assertThat(night.code()).as(night.err()).isZero();
    Path home = image.resolve("opt/chunkopt").toRealPath();
    assertThat(spark.arguments())
        .contains(home.resolve("jobs/target/chunkopt.jar").toString())
        .contains(home.resolve("conf/spark-defaults.conf").toString());
    assertThat(home.resolve("conf/spark-defaults.conf")).exists();
    assertThat(home.resolve("conf/log4j2.properties")).exists();
  }

  /** Copies as the line of a container file does; the jar may not be built yet. */
  private static void copy(String source, Path target) throws IOException {
    if (source.endsWith(".jar")) {
      Files.createDirectories(target.getParent());
      Files.createFile(target);
      return;
    }
    Files.createDirectories(target.getParent());
    Scripts.execute(
            Map.of(), List.of("cp", "-a", Path.of("..", source).toString(), target.toString()))
        .requireSuccess();
  }

  /** Arguments of the submit that a command line of an installation starts. */
  private List<String> started(String commandLine) throws IOException {
    shell(Map.of(), here(commandLine), 0);
    return spark.arguments();
  }

  private static String here(String commands) throws IOException {
    assertThat(commands).contains(INSTALLED + "/submit-scripts/");
    return commands.replace(INSTALLED, Path.of("..").toRealPath().toString());
  }

  private String shell(Map<String, String> environment, String commands, int code)
      throws IOException {
    Scripts.Result result =
        Scripts.execute(spark.environment(environment), List.of("/bin/bash", "-c", commands));
    assertThat(result.code()).as(result.err()).isEqualTo(code);
    return result.out();
  }

  private List<String> submitted(
      Map<String, String> environment, String script, String... arguments) throws IOException {
    Scripts.Result result = Scripts.run(spark.environment(environment), script, arguments);
    assertThat(result.code()).as(result.err()).isZero();
    return spark.arguments();
  }

  private static Path conf(String file) {
    return Path.of("../conf", file);
  }
}
