-- mixed_curves: the curves of the cohorts of unknown use: the mean over the uses that stand for them,
-- and how far these differ.
-- Inputs: mixtures, full_curves
-- Grain:  one row per fold and cohort of unknown use; columns as in full_curves
--   covariances  mean of the parts' own, and the scatter of their curves about the mean
--   tiers        prior unless parts of four fifths of the weight are better supported
WITH parts AS (
  SELECT
    c.fold,
    m.cohort,
    collect_list(struct(
      m.weight,
      c.gains,
      zip_with(c.covariances, sequence(0, 63), (v, i) -> v + get(c.gains, CAST(floor(i / 8) AS INT)) * get(c.gains, i % 8))
        AS seconds,
      c.tiers)) AS parts,
    sum(m.weight) AS total,
    sum(m.weight * c.level_log2) / sum(m.weight) AS level_log2
  FROM mixtures AS m
  JOIN full_curves AS c ON c.cohort = m.part_cohort
  GROUP BY c.fold, m.cohort
),
means AS (
  SELECT
    fold,
    cohort,
    level_log2,
    aggregate(parts, array_repeat(0D, 8),
      (sum, p) -> zip_with(sum, p.gains, (s, g) -> s + g * p.weight / total)) AS gains,
    aggregate(parts, array_repeat(0D, 64),
      (sum, p) -> zip_with(sum, p.seconds, (s, v) -> s + v * p.weight / total)) AS seconds,
    transform(sequence(0, 7), arm -> aggregate(parts, 0D,
      (sum, p) -> sum + CASE WHEN get(p.tiers, arm) <> 'prior' THEN p.weight / total ELSE 0D END)) AS supported,
    transform(sequence(0, 7), arm -> aggregate(parts, 0D,
      (sum, p) -> sum + CASE WHEN get(p.tiers, arm) = 'contrast' THEN p.weight / total ELSE 0D END)) AS contrasted
  FROM parts
)
SELECT
  fold,
  cohort,
  gains,
  transform(seconds, (v, i) -> v - get(gains, CAST(floor(i / 8) AS INT)) * get(gains, i % 8)) AS covariances,
  zip_with(supported, contrasted, (s, c) ->
    CASE WHEN c >= 0.8D THEN 'contrast' WHEN s >= 0.8D THEN 'cohort' ELSE 'prior' END) AS tiers,
  level_log2
FROM means
