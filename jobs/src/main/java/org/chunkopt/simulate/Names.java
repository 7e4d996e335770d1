package org.chunkopt.simulate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.chunkopt.settings.Settings;

/**
 * Names of files as bytes. One in a few thousand is hostile: blanks, equal signs, tabs, newlines,
 * and on BeeGFS 7 bytes that are not UTF-8 (BeeGFS 8 loses those in its JSON).
 */
final class Names {
  private static final int HOSTILE_ONE_IN = 2_500;

  private Names() {}

  /** Path of a file inside the file system. */
  static byte[] path(Site site, SimulatedFile file) {
    Directory directory = file.directory();
    Draws draws = Draws.of(site.seed(), Draws.Topic.FILE, file.index(), 1);
    String suffix = draws.pick(directory.kind().suffixes);
    String stem =
        directory.path() + "/" + directory.kind().label + Project.digits(file.ordinal(), 6);
    if (!draws.chance(1.0 / HOSTILE_ONE_IN)) {
      return (stem + suffix).getBytes(StandardCharsets.US_ASCII);
    }
    String odd = draws.pick(" final (2)", "a=b", "größe", "tab\tname", "new\nline", "back\\slash");
    byte[] path = (stem + odd + suffix).getBytes(StandardCharsets.UTF_8);
    if (site.cli() == Settings.Cli.V7 && draws.chance(0.2)) {
      path = Arrays.copyOf(path, path.length + 1);
      path[path.length - 1] = (byte) 0xff;
    }
    return path;
  }
}
