-- Files whose rewrite pays for itself, before the limits of the plan.
--
-- Inputs:  recommendations; file_features (path_bytes, cohort, links, access_frequency_log2); curves
--          (policy/curves.sql: one row per cohort); further_paths (links/further_paths.sql).
-- Grain:   one row per file with the action rewrite; a file with more than one hard link stands
--          under its first path, so that its bytes count once.
--
-- access_s      size over the throughput of the file's cohort at the current chunk size; without a
--               curve, over :copy_bytes_per_s
-- time_saved_s  opens per day * :horizon_days * access_s * (1 - 1 / expected_gain); a file of unknown
--               frequency counts as opened once a day
WITH candidates AS (
  SELECT
    path,
    path_bytes,
    entry_id,
    size_bytes,
    current_chunk_bytes,
    recommended_chunk_bytes,
    expected_gain,
    gain_p10,
    rewrite_cost_s,
    -- Place of the chunk size in the curve: 0 is 64 KiB, 7 is 8 MiB.
    CAST(log2(least(greatest(current_chunk_bytes, 65536), 8388608)) AS INT) - 16 AS position
  FROM recommendations
  LEFT ANTI JOIN further_paths ON further_paths.path_bytes = recommendations.path_bytes
  WHERE action = 'rewrite'
)
SELECT
  candidates.path,
  candidates.path_bytes,
  candidates.entry_id,
  candidates.size_bytes,
  candidates.current_chunk_bytes,
  candidates.recommended_chunk_bytes,
  candidates.expected_gain,
  candidates.gain_p10,
  candidates.rewrite_cost_s,
  (pow(2D, coalesce(file_features.access_frequency_log2, 1D)) - 1D)
    * :horizon_days
    * coalesce(
        candidates.size_bytes / 1048576D / pow(2D, curves.level_log2 + get(curves.log2_gains, position)),
        candidates.size_bytes / :copy_bytes_per_s)
    * (1D - 1D / candidates.expected_gain) AS time_saved_s,
  CASE
    WHEN concat(decode(candidates.path_bytes, 'ISO-8859-1'), '/') LIKE '%/../%'
      THEN 'NOT_ACTIONABLE: the path climbs with ..'
    WHEN :cli = 'v7' AND instr(decode(candidates.path_bytes, 'ISO-8859-1'), chr(10)) > 0
      THEN 'NOT_ACTIONABLE_V7: the name holds a newline, which beegfs-ctl takes for the end of the path'
    WHEN file_features.links > 1
      THEN 'NOT_ACTIONABLE: the file has more than one hard link, and a copy would part them'
    WHEN candidates.size_bytes > :max_bytes
      THEN 'larger than plan.max-bytes'
  END AS obstacle
FROM candidates
LEFT JOIN file_features ON file_features.path_bytes = candidates.path_bytes
LEFT JOIN curves ON curves.cohort = file_features.cohort
