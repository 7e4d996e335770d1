package org.chunkopt.nightly;

import java.util.List;
import java.util.Optional;
import org.chunkopt.UserError;

/** Tells a full or read-only disk from a fault of ours, wherever in Spark or Hadoop it surfaced. */
final class StorageFault {
  /** What the systems' calls say, as Java passes it on. */
  private static final List<String> SAID =
      List.of(
          "No space left on device",
          "Disk quota exceeded",
          "File too large",
          "Read-only file system");

  private StorageFault() {}

  /** What the storage said, or nothing where the failure is another one. */
  static Optional<String> of(Throwable failure) {
    Optional<String> said = Optional.empty();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UserError) {
        return Optional.empty();
      }
      String message = String.valueOf(cause.getMessage());
      said = said.or(() -> SAID.stream().filter(message::contains).findFirst());
    }
    return said;
  }
}
