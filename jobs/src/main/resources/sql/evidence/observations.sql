-- observations: the responses of all sources with the split of their directory.
-- Inputs: responses (the three sources, flagged), target_nodes
-- Grain:  one row per response
--   split   by hash of the directory and the seed, so that no directory is on two sides
--   weight  0 for reads from the client's memory
WITH split AS (
  SELECT *, pmod(xxhash64(directory, :seed), 100) AS part FROM responses
)
SELECT
  s.source,
  s.observation_id,
  s.path_bytes,
  s.directory,
  s.uid,
  CASE
    WHEN s.part < :test_percent THEN 'test'
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
  s.num_processes_log2,
  coalesce(s.page_cache, false) AS page_cache,
  CASE WHEN s.page_cache THEN 0D ELSE s.weight END AS weight
FROM split AS s
LEFT JOIN target_nodes AS t ON t.target_id = s.first_target_id
