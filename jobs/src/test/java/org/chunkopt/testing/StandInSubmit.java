package org.chunkopt.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A {@code SPARK_HOME} whose {@code spark-submit} records its arguments and ends as it is told. */
public final class StandInSubmit {
  private final Path home;

  private StandInSubmit(Path home) {
    this.home = home;
  }

  public static StandInSubmit in(Path directory) throws IOException {
    Path home = directory.resolve("spark");
    Path submit = home.resolve("bin/spark-submit");
    Files.createDirectories(submit.getParent());
    Files.writeString(
        submit,
        """
        #!/usr/bin/env bash
        home="$(dirname -- "$(dirname -- "$0")")"
        printf '%s\\0' "$@" >"$home/arguments"
        exit "$(cat -- "$home/code")"
        """);
    Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwxr-xr-x"));
    StandInSubmit standIn = new StandInSubmit(home);
    Files.createFile(standIn.jar());
    standIn.endsWith(0);
    return standIn;
  }

  /** Makes it end with this exit code. */
  public void endsWith(int code) throws IOException {
    Files.writeString(home.resolve("code"), String.valueOf(code));
  }

  /** The jar that is submitted. */
  public Path jar() {
    return home.resolve("chunkopt.jar");
  }

  public boolean ran() {
    return Files.exists(home.resolve("arguments"));
  }

  /** Arguments of the last start. */
  public List<String> arguments() throws IOException {
    return List.of(Files.readString(home.resolve("arguments"), StandardCharsets.UTF_8).split("\0"));
  }

  /** These variables for a script that submits; what this machine has of the others is unset. */
  public Map<String, String> environment(Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>();
    for (String name :
        List.of("CHUNKOPT_MASTER", "HADOOP_CONF_DIR", "YARN_CONF_DIR", "KUBERNETES_SERVICE_HOST")) {
      environment.put(name, "");
    }
    environment.put("SPARK_HOME", home.toString());
    environment.put("CHUNKOPT_JAR", jar().toString());
    environment.putAll(variables);
    return environment;
  }

  /** Arguments of the submit by a script that succeeds. */
  public List<String> submitted(Map<String, String> variables, String script, String... arguments)
      throws IOException {
    Scripts.run(environment(variables), script, arguments).requireSuccess();
    return arguments();
  }

  /** Runs commands by bash. */
  public Scripts.Result shell(Map<String, String> variables, String commands) throws IOException {
    return Scripts.execute(environment(variables), List.of("/bin/bash", "-c", commands));
  }
}
