package org.chunkopt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Writes what the command line says of itself: {@code chunkopt.bash}, which completes commands and
 * options in bash and zsh, and a manual page for each command below {@code man1/}. The build runs
 * it.
 */
public final class Manual {
  private Manual() {}

  /** Writes into the one directory that is given. */
  public static void main(String[] arguments) throws IOException {
    write(Path.of(arguments[0]));
  }

  static void write(Path directory) throws IOException {
    CommandLine line = Main.commandLine(Main.STAGES);
    Path pages = Files.createDirectories(directory.resolve("man1"));
    Files.writeString(
        directory.resolve("chunkopt.bash"), AutoComplete.bash(line.getCommandName(), line));
    page(pages, line);
    for (CommandLine command : line.getSubcommands().values()) {
      page(pages, command);
    }
  }

  private static void page(Path directory, CommandLine command) throws IOException {
    String name = command.getCommandSpec().qualifiedName("-");
    Files.writeString(directory.resolve(name + ".1"), page(name, command));
  }

  private static String page(String name, CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    String[] description = spec.usageMessage().description();
    StringBuilder page = new StringBuilder(".TH " + name.toUpperCase(Locale.ROOT) + " 1\n");
    page.append(".SH NAME\n").append(text(name)).append(" \\- ").append(text(description[0]));
    page.append("\n.SH SYNOPSIS\n").append(text(command.getHelp().synopsis(0).strip()));
    page.append("\n.SH DESCRIPTION\n").append(paragraphs(description));
    List<OptionSpec> options = spec.options().stream().filter(option -> !option.hidden()).toList();
    if (!options.isEmpty() || !spec.positionalParameters().isEmpty()) {
      page.append(".SH OPTIONS\n");
    }
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      page.append(item(parameter.paramLabel(), parameter.description()));
    }
    for (OptionSpec option : options) {
      String label = option.typeInfo().isBoolean() ? "" : " " + option.paramLabel();
      page.append(item(String.join(", ", option.names()) + label, option.description()));
    }
    if (!command.getSubcommands().isEmpty()) {
      page.append(".SH COMMANDS\n");
      command
          .getSubcommands()
          .forEach(
              (sub, line) ->
                  page.append(item(sub, line.getCommandSpec().usageMessage().description())));
    }
    page.append(".SH EXIT STATUS\n");
    Main.exitCodes().forEach((code, meaning) -> page.append(item(code, meaning)));
    String footer = Arrays.stream(spec.usageMessage().footer()).collect(Collectors.joining("\n"));
    if (!footer.isBlank()) {
      page.append(".SH EXAMPLES\n")
          .append(paragraphs(footer.replaceFirst("Examples?: *", "").split("\n")));
    }
    return page.toString();
  }

  private static String item(String term, String... meaning) {
    return ".TP\n.B " + text(term) + "\n" + text(String.join(" ", meaning)) + "\n";
  }

  private static String paragraphs(String... lines) {
    return Stream.of(lines)
        .filter(line -> !line.isBlank())
        .map(line -> text(line) + "\n")
        .collect(Collectors.joining(".PP\n"));
  }

  /** Text as roff takes it: no line of it is a request. */
  private static String text(String text) {
    String plain = Ansi.OFF.string(text.replace("%n", " ").replace("%%", "%"));
    String escaped = plain.replaceAll("\\s+", " ").strip().replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}
