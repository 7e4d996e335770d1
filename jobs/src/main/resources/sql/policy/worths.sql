-- worths: what each change of the chunk size is worth once its risk is paid for.
-- Input:  curves (advisable)
-- Grain:  one row per full cohort; columns as in curves, but for the odds, which the worths hold
--   worths  of the change between two positions, 64 values: to * 8 + from. log2 gain less :risk_price
--           for a certain loss of more than 5 %, 0 for no change, null where it is not advisable.
--           Positive: to be advised
SELECT
  cohort,
  log2_gains,
  gain_p10_log2,
  gain_p20_log2,
  gain_p90_log2,
  tiers,
  choices,
  level_log2,
  transform(advisable, (a, change) ->
    CASE WHEN change DIV 8 = change % 8 THEN 0D ELSE a.gain_log2 - :risk_price * a.slower END) AS worths
FROM curves
