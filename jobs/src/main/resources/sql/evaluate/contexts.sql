-- contexts: how often the history of the learnt directories used each chunk size, by what was known of a file.
-- Input:  observations
-- Grain:  one row per prefix of the cohort, without the size: class|access|targets|request, shorter ones,
--         and site; those with fewer than :min_context observations are left out, never site
--   propensities  share of each chunk size, 64 KiB first, with half an observation added to each
--   supported     whether at least :min_files files of :min_groups directories had it
--   entropy_bits  of the shares without the addition: 0 where every file had the same
WITH learnt AS (
  SELECT
    path_bytes,
    directory,
    CAST(log2(least(greatest(chunk_bytes, 65536), 8388608)) AS INT) - 16 AS position,
    explode(transform(sequence(0, 4), level ->
      CASE WHEN level = 0 THEN 'site' ELSE substring_index(cohort, '|', level) END)) AS context
  FROM observations
  WHERE split IN ('train', 'validation') AND weight > 0 AND source <> 'sweep'
),
arms AS (
  SELECT
    context,
    position,
    count(*) AS observations,
    count(DISTINCT path_bytes) AS files,
    count(DISTINCT directory) AS directories
  FROM learnt
  GROUP BY context, position
),
by_context AS (
  SELECT
    context,
    sum(observations) AS observations,
    map_from_entries(collect_list(struct(position, struct(observations, files, directories)))) AS arms
  FROM arms
  GROUP BY context
)
SELECT
  context,
  observations,
  transform(sequence(0, 7), i ->
    (coalesce(try_element_at(arms, i).observations, 0) + 0.5D) / (observations + 4)) AS propensities,
  transform(sequence(0, 7), i ->
    coalesce(try_element_at(arms, i).files >= :min_files AND try_element_at(arms, i).directories >= :min_groups, false))
    AS supported,
  aggregate(map_values(arms), 0D,
    (sum, arm) -> sum - arm.observations / CAST(observations AS DOUBLE) * log2(arm.observations / CAST(observations AS DOUBLE)))
    AS entropy_bits
FROM by_context
WHERE observations >= :min_context OR context = 'site'
