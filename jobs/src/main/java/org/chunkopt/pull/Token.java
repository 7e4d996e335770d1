package org.chunkopt.pull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.chunkopt.UserError;
import org.chunkopt.settings.Secret;
import org.chunkopt.settings.Settings;

/** Finds the token: in the environment, or in a file that only its owner can read. */
public final class Token {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private Token() {}

  /**
   * The token of the settings; empty where there is none.
   *
   * @throws UserError where others can read it
   */
  public static Secret of(Settings.Influx settings) {
    Secret token = settings.token();
    if (token.isEmpty() && !settings.tokenFile().isEmpty()) {
      token = read(Path.of(settings.tokenFile()));
    } else if (!token.isEmpty() && !token.reveal().equals(System.getenv("INFLUXDB_TOKEN"))) {
      throw UserError.usage(
          "chunkopt.influx.token stands in the settings file. Move it to the environment variable"
              + " INFLUXDB_TOKEN or to a file of mode 0600, and set chunkopt.influx.token-file.");
    }
    if (!token.reveal().chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw UserError.usage(
          "The token of InfluxDB holds a character that HTTP cannot send. Correct INFLUXDB_TOKEN or"
              + " the file of chunkopt.influx.token-file: one line of ASCII.");
    }
    return token;
  }

  private static Secret read(Path file) {
    try {
      if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
        throw UserError.usage(
            "Others than its owner can use the token file " + file + ". Run: chmod 0600 " + file);
      }
      return new Secret(Files.readString(file).strip());
    } catch (IOException e) {
      throw UserError.usage(
          "The token file "
              + file
              + " cannot be read: "
              + e.getClass().getSimpleName()
              + ". Correct chunkopt.influx.token-file or its permissions.");
    }
  }
}
