-- recommendations: the advice for every file, with what the evidence says it is worth.
-- Inputs: scored (file_features with predicted_log2_kib), choices (of cohorts, small)
-- Grain:  one row per file of scored
--   proposed_position  position of the prediction, held to the range of the settings: 0 is 64 KiB, 7 is 8 MiB
--   choices            what comes of a proposal for files of a cohort with a chunk size; a present size above
--                      8 MiB is beyond the candidates, and is kept
--   action             keep unless the change is worth its risk; prior-only where neither the history nor a
--                      benchmark has seen it; rewrite where the time saved over the horizon exceeds the copy
--                      cost with probability 0.8 (the 20 % quantile of the gain)
--                      insufficient where nothing can be said, or the file is restricted
--   rewrite_cost_s     size over the speed of a copy stream
WITH placed AS (
  SELECT
    *,
    CAST(log2(least(greatest(chunk_bytes, 65536), 8388608)) AS INT) - 16 AS current_position,
    CAST(floor(least(greatest(predicted_log2_kib, :min_log2_kib), :max_log2_kib) + 0.5D) AS INT) - 6 AS proposed_position
  FROM scored
),
chosen AS (
  SELECT /*+ BROADCAST(c) */
    p.*,
    c.cohort IS NOT NULL AND p.restriction IS NULL AS known,
    coalesce(c.changed AND p.restriction IS NULL AND p.chunk_bytes <= 8388608, false) AS changed,
    c.chosen_chunk_bytes,
    c.tier,
    c.expected_gain,
    c.gain_p10,
    c.gain_p90,
    CASE WHEN p.chunk_bytes > 8388608 THEN 2 ELSE c.why_keep END AS why_keep,
    p.size_bytes / :copy_bytes_per_s AS rewrite_cost_s,
    coalesce(
      (pow(2D, p.access_frequency_log2) - 1) * :horizon_days * p.size_bytes / 1048576D * c.saved_s_per_mib
        > p.size_bytes / :copy_bytes_per_s,
      false) AS pays
  FROM placed AS p
  LEFT JOIN choices AS c
    ON c.cohort = p.cohort AND c.current_position = p.current_position AND c.proposed_position = p.proposed_position
)
SELECT
  path,
  path_bytes,
  entry_id,
  parent_path,
  uid,
  size_bytes,
  CAST(num_targets AS INT) AS num_targets,
  chunk_bytes AS current_chunk_bytes,
  CASE
    WHEN changed THEN chosen_chunk_bytes
    WHEN known THEN chunk_bytes
    ELSE coalesce(chunk_bytes, :fallback_bytes)
  END AS recommended_chunk_bytes,
  predicted_log2_kib,
  CASE WHEN changed THEN expected_gain ELSE 1D END AS expected_gain,
  CASE WHEN changed THEN gain_p10 ELSE 1D END AS gain_p10,
  CASE WHEN changed THEN gain_p90 ELSE 1D END AS gain_p90,
  CASE
    WHEN NOT known THEN 'insufficient'
    WHEN NOT changed THEN 'keep'
    WHEN tier = 'predicted' THEN 'prior-only'
    WHEN pays THEN 'rewrite'
    ELSE 'set-directory'
  END AS action,
  coalesce(tier, 'predicted') AS tier,
  CASE
    WHEN restriction = 'offloaded' THEN 'The file is offloaded to remote storage, so it is left alone.'
    WHEN restriction = 'locked' THEN 'Access to the file is locked, so it is left alone.'
    WHEN restriction = 'remote' THEN 'The file has a copy on a remote target, which a rewrite would send again; it is left alone.'
    WHEN NOT known AND chunk_bytes IS NULL THEN 'The inventory has no chunk size for this file; the fallback is named.'
    WHEN NOT known THEN 'The targets of this file are not known, so nothing can be said of it.'
    WHEN NOT changed THEN elt(why_keep,
      'The current chunk size is the one advised.',
      'The chunk size is above the range of the candidates.',
      'Not identifiable from this history: no file of such a use has another chunk size.',
      'The gain of another chunk size is not clearly above zero.')
    WHEN tier = 'predicted' THEN 'Predicted to be faster, but no file of such a use has this chunk size yet.'
    WHEN pays THEN 'Files of such a use are faster with it, and the time saved pays for the copy.'
    ELSE 'Files of such a use are faster with it; the copy of existing files does not pay.'
  END AS reason,
  has_telemetry,
  rewrite_cost_s,
  :model_id AS model_id,
  2 AS schema_version
FROM chosen
