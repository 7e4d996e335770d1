package org.chunkopt.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectiveSettingsTest {
  @Test
  @Tag("R20")
  @DisplayName("R20: effective settings hold no secret")
  void showsEveryKeyWithItsOriginAndNoSecret(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("site.conf");
    Files.writeString(
        file,
        """
        chunkopt.influx {
          token = canary-1
          url = "http://admin:canary-2@influx:8086/?p=canary-3"
        }
        """);

    var settings = EffectiveSettings.of(Optional.of(file));

    assertThat(settings)
        .extracting(EffectiveSettings.Setting::key)
        .containsExactlyElementsOf(SettingsReader.leaves(SettingsReader.reference()));
    assertThat(settings)
        .contains(
            new EffectiveSettings.Setting("influx.token", "***", "site.conf: 2"),
            new EffectiveSettings.Setting(
                "influx.url", "\"http://***@influx:8086/?***\"", "site.conf: 3"));
    assertThat(settings.toString()).doesNotContain("canary");
    assertThat(SettingsReader.read(file).toString()).doesNotContain("canary-1");
  }

  @Test
  void anEmptySecretIsShownAsEmpty() {
    assertThat(EffectiveSettings.values(Optional.empty())).containsEntry("influx.token", "\"\"");
  }
}
