package org.chunkopt.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Settings by key, each with its type and range. A value that does not fit becomes a problem, and a
 * stand-in is returned so that the rest is read too.
 */
final class Values {
  static final String ROOT = "chunkopt";

  private final Config config;
  private final List<String> problems = new ArrayList<>();

  Values(Config config) {
    this.config = config;
  }

  List<String> problems() {
    return problems;
  }

  String string(String key) {
    ConfigValue value = config.getValue(ROOT + "." + key);
    if (value.valueType() == ConfigValueType.LIST || value.valueType() == ConfigValueType.OBJECT) {
      problem(key, "is a " + type(value) + ", not a text");
      return "";
    }
    return String.valueOf(value.unwrapped());
  }

  /** A list, one value, or a comma-separated text (the environment knows no lists). */
  List<String> strings(String key) {
    ConfigValue value = config.getValue(ROOT + "." + key);
    if (value.unwrapped() instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return Arrays.stream(string(key).split(","))
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .toList();
  }

  List<Integer> integers(String key, int min, int max) {
    List<String> texts = strings(key);
    if (texts.isEmpty()) {
      problem(key, "is empty; give at least one number");
    }
    return texts.stream().map(text -> (int) wholeOf(key, text, min, max)).toList();
  }

  int integer(String key, int min, int max) {
    return (int) whole(key, min, max);
  }

  long whole(String key, long min, long max) {
    return wholeOf(key, string(key), min, max);
  }

  long wholeOf(String key, String text, long min, long max) {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= min && number <= max) {
        return number;
      }
      problem(key, "is " + number + ", outside " + min + " to " + max);
    } catch (NumberFormatException e) {
      problem(key, "is \"" + text + "\", not a whole number");
    }
    return min;
  }

  double number(String key, double min, double max) {
    String text = string(key);
    try {
      double number = Double.parseDouble(text.strip());
      if (number >= min && number <= max) {
        return number;
      }
      problem(key, "is " + text + ", outside " + min + " to " + max);
    } catch (NumberFormatException e) {
      problem(key, "is \"" + text + "\", not a number");
    }
    return min;
  }

  boolean flag(String key) {
    String text = string(key).strip();
    if (!text.equals("true") && !text.equals("false")) {
      problem(key, "is \"" + text + "\"; use true or false");
    }
    return text.equals("true");
  }

  Duration duration(String key, Duration min, Duration max) {
    try {
      Duration duration = config.getDuration(ROOT + "." + key);
      if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
        return duration;
      }
      problem(
          key,
          "is "
              + string(key)
              + ", outside "
              + min.toMinutes()
              + " to "
              + max.toMinutes()
              + " minutes");
    } catch (ConfigException e) {
      problem(key, "is \"" + string(key) + "\", not a duration; for example 1h or 30m");
    }
    return min;
  }

  Optional<Instant> optionalInstant(String key) {
    String text = string(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      problem(key, "is \"" + text + "\", not an instant; for example 2026-11-23T00:00:00Z");
      return Optional.empty();
    }
  }

  <E extends Enum<E>> E choice(String key, Class<E> type) {
    String text = string(key);
    for (E constant : type.getEnumConstants()) {
      if (word(constant).equals(text)) {
        return constant;
      }
    }
    String allowed =
        Arrays.stream(type.getEnumConstants()).map(Values::word).collect(Collectors.joining(", "));
    problem(key, "is \"" + text + "\"; use one of " + allowed);
    return type.getEnumConstants()[0];
  }

  void problem(String key, String what) {
    problems.add(
        origin(config.getValue(ROOT + "." + key).origin()) + ": chunkopt." + key + " " + what);
  }

  static String origin(ConfigOrigin origin) {
    if (origin.description().startsWith("env var")) {
      return "environment";
    }
    return origin.lineNumber() > 0
        ? origin.description().replaceFirst("^.*?([^/]+: \\d+).*$", "$1")
        : origin.description();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String type(ConfigValue value) {
    return value.valueType().name().toLowerCase(Locale.ROOT);
  }
}
