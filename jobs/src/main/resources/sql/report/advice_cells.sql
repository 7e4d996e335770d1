-- The recommendations folded to cells; every figure of the report about files comes from these.
--
-- Inputs:  recommendations.
-- Grain:   one row per size octave, current and recommended chunk size, action, tier and model: a few
--          thousand rows at most, however many files there are.
--
-- size_octave  floor(log2(size_bytes)); -1 for empty files
-- ln_*         sums of the natural logarithms of the gains over the files that have one
SELECT
  CASE WHEN size_bytes > 0 THEN CAST(floor(log2(size_bytes)) AS INT) ELSE -1 END AS size_octave,
  current_chunk_bytes,
  recommended_chunk_bytes,
  action,
  tier,
  model_id,
  count(*) AS files,
  sum(size_bytes) AS bytes,
  count_if(has_telemetry) AS files_with_telemetry,
  count(expected_gain) AS files_with_gain,
  sum(ln(expected_gain)) AS ln_gain,
  sum(ln(gain_p10)) AS ln_p10,
  sum(ln(gain_p90)) AS ln_p90,
  sum(rewrite_cost_s) AS rewrite_cost_s
FROM recommendations
GROUP BY 1, 2, 3, 4, 5, 6
