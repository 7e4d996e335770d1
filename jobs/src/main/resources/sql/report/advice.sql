-- What is advised: files, bytes and gain by action, tier and model.
--
-- Inputs:  cells (advice_cells.sql).
-- Grain:   one row per action, tier and model.
-- expected_gain, gain_p10, gain_p90  geometric means over the files; null where none has a gain
SELECT
  action,
  tier,
  model_id,
  sum(files) AS files,
  CAST(least(sum(CAST(bytes AS DECIMAL(19, 0))), 9223372036854775807) AS BIGINT) AS bytes,
  sum(files_with_telemetry) AS files_with_telemetry,
  exp(try_divide(sum(ln_gain), sum(files_with_gain))) AS expected_gain,
  exp(try_divide(sum(ln_p10), sum(files_with_gain))) AS gain_p10,
  exp(try_divide(sum(ln_p90), sum(files_with_gain))) AS gain_p90
FROM cells
GROUP BY action, tier, model_id
ORDER BY action, tier, model_id
