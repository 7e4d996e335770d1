package org.chunkopt.settings;

/** A token: never printed, not serialisable, so that no task can carry it. */
public final class Secret {
  private final String value;

  Secret(String value) {
    this.value = value;
  }

  /** The token itself, for the one client that sends it. */
  public String reveal() {
    return value;
  }

  public boolean isEmpty() {
    return value.isEmpty();
  }

  @Override
  public String toString() {
    return "***";
  }
}
