-- observations: the responses of all sources with their split.
-- Inputs: responses (the three sources, flagged), target_nodes
-- Grain:  one row per response
--   split   by hash of the directory (or of the user, by :split) and the seed, so that no directory is on two sides, and by time:
--           test is the latest part of the test directories; their earlier part is before, the latest
--           part of the other directories is after, and both are left out of learning and judging.
--           Without a latest part (0 percent) directories alone decide.
--           A sweep is no part of the history: sweep
--   weight  0 for reads from the client's memory
WITH split AS (
  SELECT *, pmod(xxhash64(if(:split = 'user', coalesce(string(uid), directory), directory), :seed), 100) AS part
  FROM responses
),
latest AS (
  SELECT percentile_approx(unix_seconds(access_start), 1 - :later_percent / 100D) AS from_s
  FROM responses
  WHERE source <> 'sweep'
)
SELECT
  s.source,
  s.observation_id,
  s.path_bytes,
  s.directory,
  s.uid,
  CASE
    WHEN s.source = 'sweep' THEN 'sweep'
    WHEN s.part < :test_percent
      AND (:later_percent = 0 OR coalesce(unix_seconds(s.access_start) >= latest.from_s, true)) THEN 'test'
    WHEN s.part < :test_percent THEN 'before'
    WHEN unix_seconds(s.access_start) >= latest.from_s AND :later_percent > 0 THEN 'after'
    WHEN s.part < :test_percent + :validation_percent THEN 'validation'
    ELSE 'train'
  END AS split,
  s.cohort,
  s.access_start,
  s.access_end,
  t.node_num_id,
  s.size_bytes,
  s.chunk_bytes,
  s.log2_throughput,
  s.request_bytes_log2,
  s.num_processes_log2,
  coalesce(s.page_cache, false) AS page_cache,
  CASE WHEN s.page_cache THEN 0D ELSE s.weight END AS weight
FROM split AS s
CROSS JOIN latest
LEFT JOIN target_nodes AS t ON t.target_id = s.first_target_id
