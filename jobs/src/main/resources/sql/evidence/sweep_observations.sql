-- sweep_observations: benchmark measurements, which set the chunk size themselves.
-- Inputs: sweeps, target_classes (target_id, storage_class)
-- Grain:  one row per measurement
--   cohort  as that of a file; any where the sweep does not say
SELECT
  'sweep' AS source,
  concat(s.source_file, '#', s.row_no) AS observation_id,
  CAST(s.path AS BINARY) AS path_bytes,
  s.group_name AS directory,
  CAST(NULL AS BIGINT) AS uid,
  concat_ws('|',
    coalesce(t.storage_class, 'any'),
    CASE
      WHEN s.read_share IS NULL OR s.sequential_share IS NULL OR s.shared IS NULL THEN 'any'
      ELSE concat_ws('-',
        CASE WHEN s.read_share >= 0.5 THEN 'r' ELSE 'w' END,
        CASE WHEN s.sequential_share >= 0.5 THEN 'seq' ELSE 'rand' END,
        CASE WHEN s.shared THEN 'shared' ELSE 'private' END)
    END,
    concat('t', s.num_targets),
    CASE
      WHEN s.request_bytes > 0
        THEN concat('r', CAST(least(greatest(floor(log2(s.request_bytes)), 12), 26) AS INT))
      ELSE 'any'
    END,
    concat('s', CAST(least(greatest(floor(log2(1 + s.file_size_bytes)), 16), 40) AS INT))) AS cohort,
  s.observed_at AS access_start,
  s.observed_at AS access_end,
  get(s.target_ids, 0) AS first_target_id,
  s.file_size_bytes AS size_bytes,
  s.chunk_bytes,
  s.read_share >= 0.5 AS reading,
  log2(CAST(nullif(s.processes, 0) AS DOUBLE)) AS num_processes_log2,
  log2(s.throughput_mib_s) AS log2_throughput,
  1D AS weight
FROM sweeps AS s
LEFT JOIN target_classes AS t ON t.target_id = get(s.target_ids, 0)
