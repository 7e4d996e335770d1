package org.chunkopt.settings;

/** A token or password: never printed, not serialisable, so that no task can carry it. */
public final class Secret {
  private final String value;

  /** A secret read from where it is kept. */
  public Secret(String value) {
    this.value = value;
  }

  /** The token itself, for the one client that sends it. */
  public String reveal() {
    return value;
  }

  public boolean isEmpty() {
    return value.isEmpty();
  }

  /** The text without the secret, where something echoed it. */
  public String hideIn(String text) {
    return isEmpty() ? text : text.replace(value, "***");
  }

  @Override
  public String toString() {
    return "***";
  }
}
