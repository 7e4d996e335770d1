package org.chunkopt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.nightly.FakeStage;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;

/**
 * The body of a JVM of its own, whose environment holds a token: a whole night that looks at its
 * own Spark UI, a night that ends with a stack trace, and a pull from a server that refuses.
 * Arguments: the settings, and a directory for what is seen.
 */
final class CanaryProcess {
  private static final String DATE = "2026-11-24";

  private CanaryProcess() {}

  public static void main(String[] arguments) throws IOException {
    Path seen = Files.createDirectories(Path.of(arguments[1]));
    ProxySelector.setDefault(new Connections(seen.resolve("connections")));
    List<Stage> stages = new ArrayList<>(Main.STAGES);
    stages.add(new FakeStage("look", List.of(), (spark, run) -> look(spark, seen)));
    Stage broken = new FakeStage("broken", List.of(), CanaryProcess::breakDown);
    String codes =
        execute(stages, arguments[0], "nightly", "--date", DATE)
            + " "
            + execute(List.of(broken), arguments[0], "nightly", "--date", "2026-11-25")
            + " "
            + execute(Main.STAGES, arguments[0], "pull", "--until", "2026-11-20T01:00:00Z");
    Session.stop();
    Files.writeString(seen.resolve("codes"), codes);
  }

  private static int execute(List<Stage> stages, String settings, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(1, List.of("--settings", settings));
    return Main.commandLine(stages).execute(all.toArray(String[]::new));
  }

  /** What the UI tells while the night runs. */
  private static List<String> look(SparkSession spark, Path seen) {
    String ui = spark.sparkContext().uiWebUrl().get();
    String api = "/api/v1/applications/" + spark.sparkContext().applicationId() + "/";
    for (String page :
        List.of("/environment/", api + "environment", api + "jobs", "/SQL/", "/executors/")) {
      try (InputStream in = URI.create(ui + page).toURL().openStream()) {
        Files.write(seen.resolve("ui" + page.replace('/', '_')), in.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return List.of();
  }

  private static List<String> breakDown(SparkSession spark, Run run) {
    throw new IllegalStateException(
        "Broken with " + run.settings() + " in " + System.getenv("HOME"));
  }

  /** Notes each host that a library connects to; Spark's own channels do not ask. */
  private static final class Connections extends ProxySelector {
    private final Path file;

    Connections(Path file) throws IOException {
      this.file = Files.createFile(file);
    }

    @Override
    public synchronized List<Proxy> select(URI uri) {
      try {
        Files.writeString(file, uri.getHost() + "\n", StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return List.of(Proxy.NO_PROXY);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
  }
}
