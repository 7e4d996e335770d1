-- Files whose rewrite pays for itself, before the limits of the plan.
--
-- Inputs:  recommendations; file_features (path_bytes, cohort, links, access_frequency_log2); speeds (of
--          cohorts, at present chunk sizes); further_paths (links/further_paths.sql); file_regret.
-- Grain:   one row per file with the action rewrite, and per file with the action set-directory whose
--          accumulated regret has reached the cost of its copy: who copies then spends at most three
--          times what the best choice in hindsight would have cost. A file with more than one hard
--          link stands under its first path, so that its bytes count once.
--
-- access_s      size over the throughput of the file's cohort at the current chunk size; without
--               evidence, over :copy_bytes_per_s
-- time_saved_s  opens per day * :horizon_days * access_s * (1 - 1 / expected_gain); a file of unknown
--               frequency counts as opened once a day
-- motive        which of the two rules proposes it
WITH candidates AS (
  SELECT
    r.path,
    r.path_bytes,
    r.entry_id,
    r.size_bytes,
    r.current_chunk_bytes,
    r.recommended_chunk_bytes,
    r.expected_gain,
    r.gain_p10,
    r.rewrite_cost_s,
    CASE
      WHEN r.action = 'rewrite' THEN 'the time saved exceeds the copy'
      ELSE 'the time lost over the nights has reached the copy'
    END AS motive
  FROM recommendations AS r
  LEFT ANTI JOIN further_paths ON further_paths.path_bytes = r.path_bytes
  LEFT JOIN file_regret ON file_regret.path_bytes = r.path_bytes
  WHERE r.action = 'rewrite'
    OR (r.action = 'set-directory' AND file_regret.accumulated_regret_s >= r.rewrite_cost_s)
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
        candidates.size_bytes / 1048576D / pow(2D, speeds.from_throughput_log2),
        candidates.size_bytes / :copy_bytes_per_s)
    * (1D - 1D / candidates.expected_gain) AS time_saved_s,
  motive,
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
LEFT JOIN speeds
  ON speeds.cohort = file_features.cohort
  AND speeds.from_chunk_bytes = least(greatest(candidates.current_chunk_bytes, 65536), 8388608)
