package org.chunkopt.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings as people may see them: every key with its value and origin, secrets hidden. */
public final class EffectiveSettings {
  private static final String SECRET = "influx.token";

  private EffectiveSettings() {}

  /** A setting: its key below {@code chunkopt}, its value as text and where that was set. */
  public record Setting(String key, String value, String origin) {}

  /** All settings, by key: of a file, or without one the defaults and the environment. */
  public static List<Setting> of(Optional<Path> file) {
    Config overrides = file.map(SettingsReader::parseFile).orElse(ConfigFactory.empty());
    Config merged = SettingsReader.merge(overrides).getConfig(Values.ROOT);
    return SettingsReader.leaves(SettingsReader.reference()).stream()
        .map(
            key ->
                new Setting(key, shown(key, merged), Values.origin(merged.getValue(key).origin())))
        .toList();
  }

  /** Values by key. */
  public static Map<String, String> values(Optional<Path> file) {
    Map<String, String> values = new LinkedHashMap<>();
    of(file).forEach(setting -> values.put(setting.key(), setting.value()));
    return values;
  }

  private static String shown(String key, Config merged) {
    String text = merged.getValue(key).render(ConfigRenderOptions.concise());
    if (key.equals(SECRET)) {
      return text.equals("\"\"") ? text : "***";
    }
    // A URL may carry a password before its host, or a token in its query.
    return text.replaceAll("://[^/@\"]*@", "://***@").replaceAll("(://[^\"?]*)\\?[^\"]*", "$1?***");
  }
}
