-- darshan_observations: one response per logged file and run of a job.
-- Inputs: access, file_features, pattern_changes
-- Grain:  one row per run of a job and file whose dominant direction took measurable time
--   log2_throughput  bytes of the dominant direction over its seconds, log2 MiB/s
--   chunk_bytes      that of the inventory; of a file created anew since then, the size that it had before
--   weight           seconds / (seconds + 10 ms): the resolution of the timers
--   A job that reads a file which is mostly written, or the reverse, says nothing about its cohort.
WITH moved AS (
  SELECT
    job_id,
    run_start,
    path_bytes,
    access_start,
    access_end,
    processes,
    bytes_read >= bytes_written AS reading,
    CASE WHEN bytes_read >= bytes_written THEN bytes_read ELSE bytes_written END AS bytes,
    CASE WHEN bytes_read >= bytes_written THEN read_seconds ELSE write_seconds END AS seconds
  FROM access
),
recreated AS (
  SELECT path_bytes, array_sort(collect_list(struct(changed_after, old_chunk_bytes))) AS changes
  FROM pattern_changes
  WHERE kind = 'file'
  GROUP BY path_bytes
)
SELECT
  'darshan' AS source,
  concat(m.job_id, coalesce(concat('@', unix_seconds(m.run_start)), ''), '/', hex(xxhash64(m.path_bytes)))
    AS observation_id,
  m.path_bytes,
  f.parent_path AS directory,
  f.uid,
  f.cohort,
  m.access_start,
  m.access_end,
  get(f.target_ids, 0) AS first_target_id,
  f.size_bytes,
  coalesce(get(filter(r.changes, c -> m.access_start < c.changed_after), 0).old_chunk_bytes, f.chunk_bytes)
    AS chunk_bytes,
  m.reading,
  f.request_bytes_log2,
  log2(CAST(nullif(m.processes, 0) AS DOUBLE)) AS num_processes_log2,
  log2(m.bytes / m.seconds / 1048576D) AS log2_throughput,
  m.seconds / (m.seconds + 0.01D) AS weight
FROM moved AS m
JOIN file_features AS f ON f.path_bytes = m.path_bytes
LEFT JOIN recreated AS r ON r.path_bytes = m.path_bytes
WHERE m.bytes > 0 AND m.seconds > 0 AND f.restriction IS NULL AND f.chunk_bytes IS NOT NULL AND f.num_targets IS NOT NULL
  AND (f.read_share IS NULL OR (f.read_share >= 0.5) = m.reading)
