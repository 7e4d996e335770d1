package org.chunkopt;

/**
 * A failure that an admin can mend: printed as one sentence that names the input and the remedy,
 * without a stack trace. Everything else that is thrown is a fault of ours.
 */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The run failed and nothing was published. */
  public static final int FAILED = 1;

  /** The run was published, with warnings. */
  public static final int PUBLISHED_WITH_WARNINGS = 2;

  /** The settings or the command line are wrong. */
  public static final int USAGE = 64;

  /** Another run holds the lock. */
  public static final int LOCKED = 75;

  private final int exitCode;

  private UserError(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public static UserError failed(String message) {
    return new UserError(FAILED, message, null);
  }

  public static UserError failed(String message, Throwable cause) {
    return new UserError(FAILED, message, cause);
  }

  public static UserError usage(String message) {
    return new UserError(USAGE, message, null);
  }

  public static UserError locked(String message) {
    return new UserError(LOCKED, message, null);
  }

  /** The process exit code: 1, 64 or 75. */
  public int exitCode() {
    return exitCode;
  }
}
