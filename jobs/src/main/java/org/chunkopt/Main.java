package org.chunkopt;

/** Entry point. */
public final class Main {
  private Main() {}
}
