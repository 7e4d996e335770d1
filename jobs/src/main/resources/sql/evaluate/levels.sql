-- levels: how fast accesses are whatever their chunk size: responses of the learnt directories less what
-- their curve says of the chunk size.
-- Inputs: observations, curves (fold learn)
-- Grain:  one row per source and cohort or prefix of it with at least :min_level observations; site for all
WITH learnt AS (
  SELECT
    o.source,
    o.weight,
    o.log2_throughput - coalesce(get(c.log2_gains, CAST(log2(least(greatest(o.chunk_bytes, 65536), 8388608)) AS INT) - 16), 0D)
      AS level_log2,
    explode(transform(sequence(0, 5), level ->
      CASE WHEN level = 0 THEN 'site' ELSE substring_index(o.cohort, '|', level) END)) AS prefix
  FROM observations AS o
  LEFT JOIN curves AS c ON c.cohort = o.cohort
  WHERE o.split IN ('train', 'validation') AND o.weight > 0 AND o.source <> 'sweep'
)
SELECT source, prefix, sum(weight * level_log2) / sum(weight) AS level_log2
FROM learnt
GROUP BY source, prefix
HAVING count(*) >= :min_level OR prefix = 'site'
