-- change_contrasts: what changed patterns say of an arm against the reference arm.
--
-- Input:   before_after.
-- Grain:   one row per fold, cohort and arm
--
-- contrast_log2  mean of the directories' contrasts by inverse variance, over all sources. A change away
--                from the reference arm counts as it is, one to it with the opposite sign; a change
--                between two other arms says nothing against the reference
-- contrast_se    its standard error
WITH against AS (
  SELECT fold, cohort, arm, contrast_log2, contrast_se
  FROM before_after
  WHERE base_arm = :reference AND arm <> :reference
  UNION ALL
  SELECT fold, cohort, base_arm, -contrast_log2, contrast_se
  FROM before_after
  WHERE arm = :reference AND base_arm <> :reference
)
SELECT
  fold,
  cohort,
  arm,
  sum(contrast_log2 / pow(contrast_se, 2)) / sum(1 / pow(contrast_se, 2)) AS contrast_log2,
  sqrt(1 / sum(1 / pow(contrast_se, 2))) AS contrast_se
FROM against
GROUP BY fold, cohort, arm
