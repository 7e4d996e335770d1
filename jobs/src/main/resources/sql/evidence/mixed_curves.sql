-- mixed_curves: the curves of the cohorts of unknown use: those of the uses that may be meant.
-- Inputs: mixtures, full_curves
-- Grain:  one row per fold and cohort of unknown use; columns as in full_curves
--   parts  the curves of each use; weights up to 1
--   tiers  prior unless parts of four fifths of the weight are better supported
WITH uses AS (
  SELECT
    c.fold,
    m.cohort,
    array_sort(collect_list(struct(m.part_cohort, m.weight, c.parts, c.tiers))) AS uses,
    sum(m.weight) AS total,
    sum(m.weight * c.level_log2) / sum(m.weight) AS level_log2
  FROM mixtures AS m
  JOIN full_curves AS c ON c.cohort = m.part_cohort
  GROUP BY c.fold, m.cohort
),
shares AS (
  SELECT
    *,
    transform(sequence(0, 7), arm -> aggregate(uses, 0D,
      (sum, u) -> sum + CASE WHEN get(u.tiers, arm) <> 'prior' THEN u.weight / total ELSE 0D END)) AS supported,
    transform(sequence(0, 7), arm -> aggregate(uses, 0D,
      (sum, u) -> sum + CASE WHEN get(u.tiers, arm) = 'contrast' THEN u.weight / total ELSE 0D END)) AS contrasted
  FROM uses
)
SELECT
  fold,
  cohort,
  flatten(transform(uses, u ->
    transform(u.parts, p -> struct(u.weight * p.weight AS weight, p.gains, p.covariances)))) AS parts,
  zip_with(supported, contrasted, (s, c) ->
    CASE WHEN c >= 0.8D THEN 'contrast' WHEN s >= 0.8D THEN 'cohort' ELSE 'prior' END) AS tiers,
  level_log2
FROM shares
