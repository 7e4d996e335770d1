package org.chunkopt;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.chunkopt.model.Champion;
import org.chunkopt.model.Registry;
import org.chunkopt.settings.SettingsReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Lists the models of a site and says which one scores. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "Lists the models of a site, or changes the one that scores.",
    footer = {"", "Example: chunkopt models list --settings conf/site.conf"})
final class ModelsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--settings",
      required = true,
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "Settings of the site.")
  private Path settings;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Give list, promote ID or rollback.");
  }

  @Command(description = "Lists the models; a star marks the one that scores.")
  int list() {
    Registry registry = registry();
    Optional<Champion> champion = registry.champion();
    PrintWriter out = spec.commandLine().getOut();
    for (String id : registry.list()) {
      out.println((champion.filter(c -> c.modelId().equals(id)).isPresent() ? "* " : "  ") + id);
    }
    out.println(
        champion
            .map(c -> "Champion: " + c.policy() + " " + c.modelId())
            .orElse("No champion yet: the first evaluation promotes one.")
            .strip());
    out.flush();
    return 0;
  }

  @Command(description = "Makes a model, or cohort-table, the one that scores.")
  int promote(@Parameters(paramLabel = "ID") String id) {
    Champion champion =
        id.equals(Champion.COHORT_TABLE) ? Champion.cohortTable() : Champion.mlp(id);
    registry().promote(champion);
    return list();
  }

  @Command(description = "Makes the champion before the present one score again.")
  int rollback() {
    registry().rollback();
    return list();
  }

  private Registry registry() {
    String root = SettingsReader.site(settings).output().root();
    Session.start("models");
    return new Registry(root);
  }
}
