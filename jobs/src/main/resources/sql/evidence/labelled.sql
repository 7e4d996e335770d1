-- labelled: the files of the learning directories with the advice of their cohort's curve.
-- Inputs: observations, curves (fold learn), file_features
-- Grain:  one row per file of the inventory whose directory is not a test directory, a sample by hash
--         where they are many; its access is the observed one of the highest weight, else its
--         creation. Files whose access is in the latest part of the observations are left out, as
--         those are
--   label_log2_kib  log2 of the chunk size with the highest lower bound, ties resolved
--   weight          support (1, or 0.2 where only the prior speaks) times min(1, spread / 0.05)
WITH accesses AS (
  SELECT path_bytes, max_by(access_start, struct(weight, access_end, observation_id)) AS access_start
  FROM observations
  WHERE source <> 'sweep'
  GROUP BY path_bytes
),
latest AS (
  -- Neither before nor after: the observations were split by directory alone.
  SELECT
    CASE
      WHEN bool_or(split IN ('before', 'after')) THEN min(access_start) FILTER (WHERE split IN ('after', 'test'))
    END AS from_time
  FROM observations
),
files AS (
  SELECT *, pmod(xxhash64(if(:split = 'user', coalesce(string(uid), parent_path), parent_path), :seed), 100) AS part
  FROM file_features
  WHERE chunk_bytes IS NOT NULL AND pmod(xxhash64(path_bytes, :seed), 1000000) < 1000000 * :sample
),
placed AS (
  SELECT
    CASE WHEN f.part < :test_percent + :validation_percent THEN 'validation' ELSE 'train' END AS split,
    coalesce(a.access_start, f.id_base_time) AS access_start,
    f.*,
    CAST(log2(least(greatest(f.chunk_bytes, 65536), 8388608)) AS INT) - 16 AS position
  FROM files AS f
  LEFT JOIN accesses AS a ON a.path_bytes = f.path_bytes
  CROSS JOIN latest
  WHERE f.part >= :test_percent
    AND coalesce(a.access_start, f.id_base_time) < coalesce(latest.from_time, timestamp'9999-01-01')
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
