-- labelled: the observed files with the advice of their cohort's curve.
-- Inputs: observations, curves (fold learn), file_features
-- Grain:  one row per observed file of the inventory; its access is the one of the highest weight
--   label_log2_kib  log2 of the chunk size with the highest lower bound, ties resolved
--   weight          support (1, or 0.2 where only the prior speaks) times min(1, spread / 0.05)
WITH accesses AS (
  SELECT
    path_bytes,
    any_value(split) AS split,
    max_by(access_start, struct(weight, access_end, observation_id)) AS access_start
  FROM observations
  WHERE source <> 'sweep'
  GROUP BY path_bytes
),
placed AS (
  SELECT
    a.split,
    a.access_start,
    f.*,
    CAST(log2(least(greatest(f.chunk_bytes, 65536), 8388608)) AS INT) - 16 AS position
  FROM accesses AS a
  JOIN file_features AS f ON f.path_bytes = a.path_bytes
)
SELECT
  p.*,
  get(c.tiers, CAST(log2(get(c.choices, p.position)) AS INT) - 16) AS tier,
  log2(get(c.choices, p.position)) - 10 AS label_log2_kib,
  (log2(get(c.choices, p.position)) - 16) / 7 AS label_scaled,
  array_max(c.log2_gains) - array_min(c.log2_gains) AS spread_log2,
  CASE WHEN exists(c.tiers, t -> t <> 'prior') THEN 1D ELSE 0.2D END
    * least(1D, (array_max(c.log2_gains) - array_min(c.log2_gains)) / 0.05D) AS weight
FROM placed AS p
JOIN curves AS c ON c.cohort = p.cohort
