-- logged: the history of the test directories, as a logged experiment.
-- Inputs: observations, contexts, levels, curves (fold learn), explored
-- Grain:  one row per observation of the test split that has a weight; a sample of the directories where
--         they are many
--   position      place of the chunk size it was accessed with
--   value         log2 throughput less the level of the nearest prefix of its cohort: known without its
--                 chunk size, so that no policy is paid for the mix of files it is matched with
--   gains         log2 gains of the curve over the reference chunk size, 0 without a curve
--   propensities, supported, entropy_bits   of its context: the longest prefix of the cohort that has one;
--                 where its chunk size fell by lot, the chances of the lot
WITH test AS (
  SELECT
    source, observation_id, path_bytes, directory, cohort, weight, log2_throughput,
    CAST(log2(least(greatest(chunk_bytes, 65536), 8388608)) AS INT) - 16 AS position
  FROM observations
  WHERE split = 'test' AND weight > 0 AND source <> 'sweep'
    AND pmod(xxhash64(directory, :seed + 2), 1000000) < 1000000 * :sample
),
prefixes AS (
  SELECT
    source,
    observation_id,
    posexplode(transform(sequence(0, 5), level ->
      CASE WHEN level = 0 THEN 'site' ELSE substring_index(cohort, '|', level) END)) AS (level, prefix)
  FROM test
),
known AS (
  SELECT
    p.source,
    p.observation_id,
    max_by(struct(c.propensities, c.supported, c.entropy_bits, c.context), p.level) FILTER (WHERE c.context IS NOT NULL)
      AS context,
    max_by(l.level_log2, p.level) FILTER (WHERE l.level_log2 IS NOT NULL) AS level_log2
  FROM prefixes AS p
  LEFT JOIN contexts AS c ON c.context = p.prefix
  LEFT JOIN levels AS l ON l.source = p.source AND l.prefix = p.prefix
  GROUP BY p.source, p.observation_id
)
SELECT
  t.source,
  t.observation_id,
  t.path_bytes,
  t.directory,
  t.position,
  t.weight,
  t.log2_throughput - k.level_log2 AS value,
  coalesce(v.log2_gains, array_repeat(0D, 8)) AS gains,
  k.context.context,
  coalesce(e.propensities, k.context.propensities) AS propensities,
  coalesce(zip_with(k.context.supported, e.propensities, (s, p) -> s OR p > 0), k.context.supported) AS supported,
  k.context.entropy_bits
FROM test AS t
JOIN known AS k ON k.source = t.source AND k.observation_id = t.observation_id
LEFT JOIN curves AS v ON v.cohort = t.cohort
LEFT JOIN explored AS e ON e.source = t.source AND e.observation_id = t.observation_id
WHERE k.context IS NOT NULL AND k.level_log2 IS NOT NULL
