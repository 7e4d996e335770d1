-- What came of earlier plans.
--
-- Inputs:  outcomes.
-- Grain:   one row per origin and verdict.
-- Gains are geometric means over the directories that are measured.
SELECT
  origin,
  verdict,
  count(*) AS directories,
  CAST(sum(CAST(promised_hours AS DECIMAL(34, 15))) AS DOUBLE) AS promised_hours,
  exp(CAST(sum(CAST(ln(promised_gain) AS DECIMAL(34, 15))) FILTER (WHERE measured_gain IS NOT NULL) AS DOUBLE)
    / count_if(measured_gain IS NOT NULL AND promised_gain IS NOT NULL)) AS promised_gain,
  exp(CAST(sum(CAST(ln(measured_gain) AS DECIMAL(34, 15))) AS DOUBLE) / count(measured_gain)) AS measured_gain
FROM outcomes
GROUP BY origin, verdict
ORDER BY origin, verdict
