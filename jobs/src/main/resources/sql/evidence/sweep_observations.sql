-- sweep_observations: benchmark measurements, which set the chunk size themselves.
-- Inputs: sweeps, target_classes (target_id, storage_class)
-- Grain:  one row per measurement
--   cohort  as that of a file. What a sweep does not say is taken as a stream of large requests: one
--           process that writes its own file in order, 64 MiB at a time. The class is that of the
--           targets, else that of all targets where they are of one class, else any
WITH one_class AS (
  SELECT CASE WHEN count(DISTINCT storage_class) = 1 THEN max(storage_class) ELSE 'any' END AS storage_class
  FROM target_classes
)
SELECT
  'sweep' AS source,
  concat(s.source_file, '#', s.row_no) AS observation_id,
  CAST(s.path AS BINARY) AS path_bytes,
  s.group_name AS directory,
  CAST(NULL AS BIGINT) AS uid,
  struct(
    coalesce(t.storage_class, one_class.storage_class) AS storage_class,
    s.num_targets AS targets,
    CAST(least(greatest(ceil(log2(greatest(s.file_size_bytes, 1)) - 1e-9D), 16), 36) AS INT) AS size_octave,
    struct(
      NOT coalesce(s.read_share >= 0.5, false) AS writes,
      coalesce(s.sequential_share, 1D) >= 0.5 AS sequential,
      coalesce(s.shared, false) AS shared,
      CAST(least(greatest(round(log2(coalesce(nullif(s.request_bytes, 0), 67108864))), 12), 26) AS INT) AS request_octave,
      CAST(least(round(log2(greatest(coalesce(s.processes, 1), 1))), 12) AS INT) AS processes_octave) AS use,
    CAST(NULL AS STRING) AS directory,
    CAST(NULL AS STRING) AS habit,
    CAST(NULL AS STRING) AS left_out) AS cohort,
  s.observed_at AS access_start,
  s.observed_at AS access_end,
  get(s.target_ids, 0) AS first_target_id,
  s.file_size_bytes AS size_bytes,
  s.chunk_bytes,
  coalesce(s.read_share >= 0.5, false) AS reading,
  log2(coalesce(nullif(s.request_bytes, 0), 67108864)) AS request_bytes_log2,
  log2(CAST(coalesce(nullif(s.processes, 0), 1) AS DOUBLE)) AS num_processes_log2,
  log2(s.throughput_mib_s) AS log2_throughput,
  1D AS weight
FROM sweeps AS s CROSS JOIN one_class
LEFT JOIN target_classes AS t ON t.target_id = get(s.target_ids, 0)
