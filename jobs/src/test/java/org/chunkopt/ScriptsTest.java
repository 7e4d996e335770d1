package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.chunkopt.testing.Scripts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts in a directory with blanks, with a spark-submit that notes what it is given. */
@Tag("R26")
class ScriptsTest {
  private static final String SUBMIT =
      """
      #!/usr/bin/env bash
      if [[ "${1-}" == --version ]]; then echo "version 3.5.9"; exit; fi
      record="$(dirname -- "${BASH_SOURCE[0]}")/../record"
      printf '%s\\0' "$@" >"$record"
      if [[ -e "$record.wait" ]]; then
        trap 'echo ended >"$record.ended"; exit 143' TERM
        touch "$record.waits"
        while :; do sleep 0.1; done
      fi
      exit "$(cat -- "$record.code")"
      """;

  @TempDir Path house;
  private Path home;
  private Path spark;

  @BeforeEach
  void copyTheScripts() throws IOException {
    home = Files.createDirectories(house.resolve("a 'project' with $blanks"));
    for (String directory : List.of("submit-scripts", "conf")) {
      try (Stream<Path> files = Files.list(Path.of("..", directory))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path copy = home.resolve(directory).resolve(file.getFileName());
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    Files.createDirectories(home.resolve("jobs/target"));
    Files.writeString(home.resolve("jobs/target/chunkopt.jar"), "a jar");
    spark = house.resolve("the spark");
    Files.createDirectories(spark.resolve("jars"));
    Path submit = Files.createDirectories(spark.resolve("bin")).resolve("spark-submit");
    Files.writeString(submit, SUBMIT);
    Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(spark.resolve("record.code"), "0");
  }

  @Test
  @DisplayName("R26: every argument reaches spark-submit as one, whatever blanks and quotes it has")
  void argumentsStayWhole() throws IOException {
    String settings = "/srv/a b/$(touch PWNED)/site '1'.conf";
    Scripts.Result result =
        nightly("--settings", settings, "--master", "local[2]", "--", "--conf", "spark.x=a * b");
    assertThat(result.code()).as(result.err()).isZero();
    List<String> recorded = recorded();
    assertThat(recorded)
        .containsSubsequence("--master", "local[2]", "--class", "org.chunkopt.Main")
        .containsSubsequence("--properties-file", home + "/conf/spark-defaults.conf")
        .containsSubsequence("--conf", "spark.x=a * b", home + "/jobs/target/chunkopt.jar")
        .endsWith("nightly", "--settings", settings);
    assertThat(recorded)
        .anyMatch(
            argument ->
                argument.contains(
                    "\"-Dlog4j2.configurationFile=" + home + "/conf/log4j2.properties\""));
    assertThat(home.resolve("PWNED")).doesNotExist();
    assertThat(Path.of("PWNED")).doesNotExist();
  }

  @Test
  @DisplayName("R26: the exit code of spark-submit is that of the night")
  void exitCodesPassThrough() throws IOException {
    for (int code : new int[] {0, 1, 2, 64, 75, 137}) {
      Files.writeString(spark.resolve("record.code"), Integer.toString(code));
      assertThat(nightly("--settings", "x").code()).isEqualTo(code);
    }
  }

  @Test
  @DisplayName("R26: a SIGTERM reaches spark-submit itself, and nothing is left running")
  void signalsPassThrough() throws Exception {
    Files.createFile(spark.resolve("record.wait"));
    Process process = builder(true, "nightly.sh", "--settings", "x").start();
    try {
      while (!Files.exists(spark.resolve("record.waits"))) {
        assertThat(process.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
      }
      process.destroy();
      assertThat(process.waitFor()).isEqualTo(143);
      assertThat(spark.resolve("record.ended")).exists();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  @DisplayName("R26: without any variable but PATH, Spark is found there and nothing is unbound")
  void variablesMayBeUnset() throws IOException {
    Scripts.Result result = run(false, "nightly.sh", "--settings", "x");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(recorded()).endsWith("nightly", "--settings", "x");
    for (String script :
        List.of(
            "apply-plan.sh",
            "calibrate.sh",
            "check-report.sh",
            "chunkopt",
            "export-influx.sh",
            "export-inventory.sh",
            "python-packages")) {
      Scripts.Result bare = run(false, script);
      assertThat(bare.err()).as(script).doesNotContain("unbound variable", "command not found");
    }
    Scripts.Result demo = run(false, "demo.sh", "--nonsense");
    assertThat(demo.code()).isEqualTo(UserError.USAGE);
    assertThat(demo.err()).contains("demo.sh does not know --nonsense");
  }

  @Test
  @DisplayName("R26: what is missing is a sentence, and nothing is submitted")
  void whatIsMissingIsASentence() throws IOException {
    Scripts.Result master = nightly("--master");
    assertThat(master.code()).isEqualTo(UserError.USAGE);
    assertThat(master.err()).contains("--master needs a URL");
    Files.delete(spark.resolve("bin/spark-submit"));
    Scripts.Result submit = nightly("--settings", "x");
    assertThat(submit.code()).isEqualTo(UserError.USAGE);
    assertThat(submit.err()).contains("which has no bin/spark-submit");
    Files.delete(home.resolve("jobs/target/chunkopt.jar"));
    Scripts.Result jar = nightly("--settings", "x");
    assertThat(jar.code()).isEqualTo(UserError.FAILED);
    assertThat(jar.err()).contains("chunkopt.jar does not exist. Build it: ");
    assertThat(spark.resolve("record")).doesNotExist();
  }

  @Test
  @DisplayName("R26: every script ends at its first failure, and none evaluates text")
  void scriptsAreStrict() throws IOException {
    for (String script : scripts()) {
      String text = Files.readString(home.resolve("submit-scripts").resolve(script));
      // They run every check, also after one that failed.
      boolean all = Set.of("verify.sh", "check-operations.sh").contains(script);
      String strict = all ? "\nset -uo pipefail\n" : "\nset -euo pipefail\n";
      assertThat(text).as(script).startsWith("#!/usr/bin/env bash\n").contains(strict);
      assertThat(text).as(script).doesNotContainPattern("(?m)(^|[;&|(]|\\bthen|\\bdo) *eval\\b");
      if (text.contains("mktemp")) {
        assertThat(text).as(script + " removes what it makes").contains("trap '");
      }
    }
  }

  @Test
  @DisplayName("R25: Spark is installed by the hash of its files")
  void sparkIsInstalledByTheHashOfItsFiles() throws IOException {
    String find = Files.readString(Path.of("../submit-scripts/find-spark"));
    Matcher version = Pattern.compile("(?m)^version=(\\S+)$").matcher(find);
    assertThat(version.find()).isTrue();
    assertThat(find).contains("--require-hashes", "conf/python/pyspark-$version.txt");
    Path list = Path.of("../conf/python/pyspark-" + version.group(1) + ".txt");
    assertThat(Files.readAllLines(list).stream().filter(line -> !line.startsWith("#")))
        .anyMatch(line -> line.startsWith("pyspark==" + version.group(1) + " "))
        .allMatch(line -> line.matches("\\S+==\\S+ --hash=sha256:[0-9a-f]{64}"));
  }

  private List<String> scripts() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("submit-scripts"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".py"))
          .sorted()
          .toList();
    }
  }

  private Scripts.Result nightly(String... arguments) throws IOException {
    return run(true, "nightly.sh", arguments);
  }

  private Scripts.Result run(boolean sparkHome, String script, String... arguments)
      throws IOException {
    Path err = house.resolve("err");
    Process process = builder(sparkHome, script, arguments).redirectError(err.toFile()).start();
    try {
      String out = new String(process.getInputStream().readAllBytes());
      return new Scripts.Result(process.waitFor(), out, Files.readString(err));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** With Spark in SPARK_HOME, or on the PATH and no other variable. */
  private ProcessBuilder builder(boolean sparkHome, String script, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("submit-scripts").resolve(script).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(house.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("PATH"));
    if (sparkHome) {
      environment.put("SPARK_HOME", spark.toString());
    } else {
      environment.put("PATH", spark.resolve("bin") + ":" + environment.get("PATH"));
    }
    return builder;
  }

  private List<String> recorded() throws IOException {
    return List.of(Files.readString(spark.resolve("record")).split("\0"));
  }
}
