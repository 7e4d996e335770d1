package org.chunkopt.report;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.chunkopt.run.RunFiles;

/**
 * At which place of a list of the plan a path stands, so that a command can name the place instead
 * of the path.
 */
final class ListPlaces {
  private ListPlaces() {}

  /**
   * The place of a path, from 1.
   *
   * @param list file below {@code plan/}
   * @param end byte after each path
   * @param path exact bytes, the mount point included
   * @return nothing where the list does not hold it
   */
  static Optional<Integer> of(RunFiles files, String list, int end, byte[] path) {
    Optional<InputStream> open = files.open("plan/" + list);
    if (open.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = new BufferedInputStream(open.get())) {
      ByteArrayOutputStream listed = new ByteArrayOutputStream();
      int place = 1;
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b != end) {
          listed.write(b);
        } else if (Arrays.equals(listed.toByteArray(), path)) {
          return Optional.of(place);
        } else {
          listed.reset();
          place++;
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A path as its list holds it: below the mount point. */
  static byte[] below(String mount, byte[] path) {
    byte[] prefix = (mount.equals("/") ? "" : mount).getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(prefix, prefix.length + path.length);
    System.arraycopy(path, 0, whole, prefix.length, path.length);
    return whole;
  }
}
