package org.chunkopt;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.chunkopt.settings.EffectiveSettings;
import org.chunkopt.settings.SettingsReader;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Checks and shows the settings; starts no Spark. */
@Command(
    name = "settings",
    mixinStandardHelpOptions = true,
    description = "Checks or shows the settings, or prints a file to start from.",
    footerHeading = "%n",
    footer = {
      "Examples: chunkopt settings --template > site.conf",
      "          chunkopt settings --check --settings site.conf",
      "          chunkopt settings --show --settings site.conf"
    })
final class SettingsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--settings", paramLabel = "FILE", description = "Settings of the site.")
  private Path settings;

  @ArgGroup(multiplicity = "1")
  private Action action;

  /** One of the three. */
  private static final class Action {
    @Option(names = "--check", description = "Report every problem of the file, all at once.")
    private boolean check;

    @Option(
        names = "--show",
        description = "Print every setting with its origin; secrets are hidden.")
    private boolean show;

    @Option(names = "--template", description = "Print a settings file to start from.")
    private boolean template;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (action.template) {
      try (InputStream in = SettingsCommand.class.getResourceAsStream("/site.conf")) {
        out.print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } else if (action.check) {
      if (settings == null) {
        throw new ParameterException(spec.commandLine(), "Missing --settings FILE to check.");
      }
      SettingsReader.site(settings);
      out.println("The settings are valid: " + settings);
    } else {
      for (EffectiveSettings.Setting setting :
          EffectiveSettings.of(Optional.ofNullable(settings))) {
        out.println(
            "chunkopt." + setting.key() + " = " + setting.value() + "  # " + setting.origin());
      }
    }
    out.flush();
    return 0;
  }
}
