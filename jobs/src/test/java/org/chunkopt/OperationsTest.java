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
import java.util.stream.Stream;
import org.chunkopt.testing.Scripts;
import org.chunkopt.testing.StandInSubmit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files below {@code conf/} that start nights: of systemd, Slurm, Kubernetes and containers. A
 * {@code spark-submit} that records its arguments stands for Spark; {@code check-operations.sh} has
 * the linters.
 */
class OperationsTest {
  private static final List<Integer> CODES = List.of(0, 1, 2, 64, 75);
  private static final String INSTALLED = "/opt/chunkopt";

  private static final String NIGHTLY = "/submit-scripts/nightly.sh --settings /etc/x.conf";

  @TempDir Path directory;
  private StandInSubmit spark;

  @BeforeEach
  void standIn() throws IOException {
    spark = StandInSubmit.in(directory);
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
    pod.put("CHUNKOPT_IMAGE", "x@sha256:" + "0".repeat(64));
    for (int code : CODES) {
      spark.endsWith(code);
      assertThat(spark.shell(pod, script).code()).isEqualTo(published().contains(code) ? 0 : code);
    }
    assertThat(spark.arguments()).containsSubsequence("--master", "k8s://https://10.1.0.1:443");
  }

  @Test
  void podsAreRestricted() throws IOException {
    for (String file : List.of("chunkopt.yaml", "executor.yaml")) {
      assertThat(Files.readString(conf("kubernetes/" + file)))
          .as(file)
          .contains(
              "runAsNonRoot: true",
              "seccompProfile: {type: RuntimeDefault}",
              "allowPrivilegeEscalation: false",
              "capabilities: {drop: [ALL]}");
    }
    assertThat(Files.readString(conf("kubernetes/chunkopt.yaml")))
        .contains("secretKeyRef: {name: chunkopt-influx", "pod-security.kubernetes.io/enforce=")
        .as("a tag can be moved")
        .doesNotContainPattern("(image|value): registry[^@\\n]*\\n");
  }

  @Test
  void everyScriptKeepsWhatItWritesFromOthers() throws IOException {
    try (Stream<Path> scripts = Files.list(Path.of("../submit-scripts"))) {
      for (Path script : scripts.filter(Files::isRegularFile).toList()) {
        String name = script.getFileName().toString();
        if (!name.matches("find-.*|check-.*|verify\\.sh|python-packages|.*\\.py")) {
          assertThat(Files.readString(script)).as(name).contains("umask \"$(");
        }
      }
    }
    // What a script is asked for with a wider or a narrower one.
    for (String[] pair : new String[][] {{"0022", "0027"}, {"0077", "0077"}, {"0000", "0027"}}) {
      spark.shell(Map.of(), "umask " + pair[0] + "; " + here(INSTALLED + NIGHTLY)).requireSuccess();
      assertThat(spark.arguments()).contains("spark.hadoop.fs.permissions.umask-mode=" + pair[1]);
    }
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
    spark.shell(Map.of(), here(commandLine)).requireSuccess();
    return spark.arguments();
  }

  private static String here(String commands) throws IOException {
    assertThat(commands).contains(INSTALLED + "/submit-scripts/");
    return commands.replace(INSTALLED, Path.of("..").toRealPath().toString());
  }

  private static Path conf(String file) {
    return Path.of("../conf", file);
  }
}
