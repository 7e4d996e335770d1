package org.chunkopt.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The page that explains the method, which every run has beside its tables. */
public final class MethodPage {
  private MethodPage() {}

  /** Its text, Markdown. */
  public static String text() {
    try (InputStream in = MethodPage.class.getResourceAsStream("/method.md")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
