-- The recommendations folded to cells; every figure of the report about files comes from these.
--
-- Inputs:  recommendations; further_paths (links/further_paths.sql).
-- Grain:   one row per size octave, current and recommended chunk size, action, tier and model: a few
--          thousand rows at most, however many files there are.
--
-- size_octave  floor(log2(size_bytes)); -1 for empty files
-- files        paths: a file with more than one hard link has several
-- bytes        of a file with more than one hard link those of its first path alone, like the cost
-- ln_*         sums of the natural logarithms of the gains over the files that have one
SELECT
  CASE WHEN size_bytes > 0 THEN CAST(floor(log2(size_bytes)) AS INT) ELSE -1 END AS size_octave,
  current_chunk_bytes,
  recommended_chunk_bytes,
  action,
  tier,
  model_id,
  count(*) AS files,
  CAST(least(sum(CAST(CASE WHEN further_paths.path_bytes IS NULL THEN size_bytes ELSE 0 END AS DECIMAL(19, 0))), 9223372036854775807) AS BIGINT) AS bytes,
  count_if(has_telemetry) AS files_with_telemetry,
  count(expected_gain) AS files_with_gain,
  sum(ln(expected_gain)) AS ln_gain,
  sum(ln(gain_p10)) AS ln_p10,
  sum(ln(gain_p90)) AS ln_p90,
  sum(CASE WHEN further_paths.path_bytes IS NULL THEN rewrite_cost_s END) AS rewrite_cost_s
FROM recommendations
LEFT JOIN further_paths ON further_paths.path_bytes = recommendations.path_bytes
GROUP BY 1, 2, 3, 4, 5, 6
