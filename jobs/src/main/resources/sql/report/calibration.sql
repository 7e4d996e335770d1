-- Gains that the response model of the learning directories promised, and what the held-out ones showed.
--
-- Inputs:  evidence (fold learn); observations (splits test and before: of the held-out directories).
-- Grain:   one row per quarter of an octave of the promise; none where no cohort of the held-out directories
--          has been accessed with two chunk sizes.
-- promised_log2   log2 throughput over that with the chunk size that most directories of the cohort have
-- measured_log2   the same as the held-out directories show it; both weighted by the measurement's precision
-- standard_error  of the measurement, out of the spread between directories that are alike in cohort and
--                 chunk size, which is taken as one for all of them
-- pairs           cohorts and chunk sizes
-- covered         those whose measurement lies within the 80 % interval of the promise and the measurement
--                 together
WITH by_directory AS (
  SELECT cohort, chunk_bytes, directory, avg(log2_throughput) AS log2_throughput, count(*) AS accesses
  FROM observations
  WHERE split IN ('test', 'before') AND weight > 0 AND chunk_bytes BETWEEN 65536 AND 8388608
  GROUP BY cohort, chunk_bytes, directory
),
measured AS (
  SELECT
    cohort,
    chunk_bytes,
    avg(log2_throughput) AS mean_log2,
    count(*) AS directories,
    sum(accesses) AS accesses,
    -- Squared deviations from the mean: 0 for a single directory.
    var_pop(log2_throughput) * count(*) AS squares
  FROM by_directory
  GROUP BY cohort, chunk_bytes
),
spread AS (
  SELECT try_divide(sum(squares), sum(directories - 1)) AS variance FROM measured
),
usual AS (
  SELECT
    cohort,
    max_by(struct(chunk_bytes, mean_log2, directories), struct(directories, accesses, chunk_bytes)) AS size
  FROM measured
  GROUP BY cohort
),
pairs AS (
  SELECT
    learnt.gain_log2 AS promised,
    learnt.gain_se AS promised_se,
    measured.mean_log2 - usual.size.mean_log2 AS measured,
    sqrt(spread.variance * (1D / measured.directories + 1D / usual.size.directories)) AS standard_error,
    measured.accesses
  FROM measured
  JOIN usual ON usual.cohort = measured.cohort AND usual.size.chunk_bytes <> measured.chunk_bytes
  JOIN evidence AS learnt
    ON learnt.cohort = measured.cohort
    AND learnt.from_chunk_bytes = usual.size.chunk_bytes
    AND learnt.to_chunk_bytes = measured.chunk_bytes
  CROSS JOIN spread
  -- Without an error of its own a gain is none: the chunk sizes hold the file whole.
  WHERE learnt.fold = 'learn' AND learnt.gain_se > 0 AND spread.variance > 0
)
SELECT
  sum(promised / (standard_error * standard_error)) / sum(1 / (standard_error * standard_error)) AS promised_log2,
  sum(measured / (standard_error * standard_error)) / sum(1 / (standard_error * standard_error)) AS measured_log2,
  sqrt(1 / sum(1 / (standard_error * standard_error))) AS standard_error,
  count(*) AS pairs,
  count_if(
    abs(measured - promised) <= 1.2816 * sqrt(standard_error * standard_error + promised_se * promised_se)) AS covered,
  sum(accesses) AS accesses
FROM pairs
GROUP BY round(promised * 4)
ORDER BY promised_log2
