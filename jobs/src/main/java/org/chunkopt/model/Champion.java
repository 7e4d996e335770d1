package org.chunkopt.model;

/**
 * The policy that scores.
 *
 * @param policy {@link #MLP} or {@link #COHORT_TABLE}
 * @param modelId model in the registry; empty for the cohort table
 */
public record Champion(String policy, String modelId) {
  public static final String MLP = "mlp";
  public static final String COHORT_TABLE = "cohort-table";

  public Champion {
    boolean valid = policy.equals(MLP) ? !modelId.isEmpty() : policy.equals(COHORT_TABLE);
    if (!valid) {
      throw new IllegalArgumentException(
          "No policy \"" + policy + "\" of model \"" + modelId + "\".");
    }
  }

  public static Champion mlp(String modelId) {
    return new Champion(MLP, modelId);
  }

  public static Champion cohortTable() {
    return new Champion(COHORT_TABLE, "");
  }
}
