package org.chunkopt.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a script of {@code submit-scripts/}. */
public final class Scripts {
  private Scripts() {}

  /** What a script said, and how it ended. */
  public record Result(int code, String out, String err) {
    public Result requireSuccess() throws IOException {
      if (code != 0) {
        throw new IOException("Exit code " + code + ": " + err);
      }
      return this;
    }
  }

  public static Result run(String script, String... arguments) throws IOException {
    return run(Map.of(), script, arguments);
  }

  public static Result run(Map<String, String> environment, String script, String... arguments)
      throws IOException {
    return execute(environment, command(script, arguments).command());
  }

  /** Runs any command line. */
  public static Result execute(Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    // A file, so that neither stream waits for the reader of the other.
    Path err = Files.createTempFile("script", ".err");
    try {
      Process process = builder.redirectError(err.toFile()).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), out, Files.readString(err));
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      Files.delete(err);
    }
  }

  /** A script that is yet to be started. */
  public static ProcessBuilder command(String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of("../submit-scripts", script).toRealPath().toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}
