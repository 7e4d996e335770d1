-- What the curves of the learnt directories promised, and what the test directories showed.
--
-- Inputs:  evidence (folds learn and judge).
-- Grain:   one row per quarter of an octave of the promise; none where no cohort of the test directories
--          has two chunk sizes side by side.
-- promised_log2   log2 throughput over that of the reference chunk size by the learnt curve
-- measured_log2   the same as the test directories show it; both weighted by the measurement's precision
-- standard_error  of the measurement
-- covered         cohorts and chunk sizes whose measurement lies within the 80 % interval of the promise
--                 and the measurement together
WITH pairs AS (
  SELECT
    learnt.posterior_log2 AS promised,
    judged.mean_log2 AS measured,
    judged.standard_error,
    judged.files,
    abs(judged.mean_log2 - learnt.posterior_log2)
      <= 1.2816 * sqrt(judged.standard_error * judged.standard_error + learnt.posterior_se * learnt.posterior_se)
      AS covered
  FROM evidence AS learnt
  JOIN evidence AS judged ON judged.cohort = learnt.cohort AND judged.chunk_bytes = learnt.chunk_bytes
  WHERE learnt.fold = 'learn' AND judged.fold = 'judge' AND learnt.level = 5 AND judged.level = 5
    AND judged.standard_error > 0
)
SELECT
  sum(promised / (standard_error * standard_error)) / sum(1 / (standard_error * standard_error)) AS promised_log2,
  sum(measured / (standard_error * standard_error)) / sum(1 / (standard_error * standard_error)) AS measured_log2,
  sqrt(1 / sum(1 / (standard_error * standard_error))) AS standard_error,
  count(*) AS pairs,
  count_if(covered) AS covered,
  sum(files) AS files
FROM pairs
GROUP BY round(promised * 4)
ORDER BY promised_log2
