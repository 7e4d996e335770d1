-- adjusted: responses less what file size, processes, the hour of their server and their user explain.
-- Input:  observations
-- Grain:  one row per fold and observation of the history that has a weight
--   fold      learn: the train and validation splits; judge: the test split, for judging only; all:
--             the whole history, for the advice
--   arm       chunk size, held to the eight candidates
--   access    class and direction, sequence and sharing: the first two parts of the cohort
--   adjusted  log2 throughput less four effects, one after the other. Each is estimated from what is
--             left against the mean of the observation's own cell, which is source, cohort and arm, so
--             that no effect of the chunk size is taken out with it, and is shrunk toward 0 as by one
--             (a slope) or five (a mean) observations more:
--             size within the octave (slope per access and octave), processes (slope per access),
--             server and hour, user. By the slopes the cells of a cohort are brought to its mean size
--             and processes: the smallest octave is open, and its files are as fast as they are large
WITH placed AS (
  SELECT
    *,
    explode(CASE
      WHEN split = 'test' THEN array('judge', 'all')
      WHEN split IN ('train', 'validation') THEN array('learn', 'all')
      ELSE array('all')
    END) AS fold,
    least(greatest(chunk_bytes, 65536), 8388608) AS arm,
    substring_index(cohort, '|', 2) AS access,
    substring_index(cohort, '|', -1) AS octave,
    date_trunc('HOUR', access_start) AS hour
  FROM observations
  WHERE weight > 0 AND source <> 'sweep'
),
centred AS (
  SELECT
    *,
    log2_throughput - sum(weight * log2_throughput) OVER cell / sum(weight) OVER cell AS residual,
    coalesce(log2(1 + size_bytes) - avg(log2(1 + size_bytes)) OVER cell, 0D) AS more_size,
    coalesce(avg(log2(1 + size_bytes)) OVER cell - avg(log2(1 + size_bytes)) OVER kind, 0D) AS cell_size,
    coalesce(num_processes_log2 - avg(num_processes_log2) OVER cell, 0D) AS more_processes,
    coalesce(avg(num_processes_log2) OVER cell - avg(num_processes_log2) OVER kind, 0D) AS cell_processes
  FROM placed
  WINDOW
    cell AS (PARTITION BY fold, source, cohort, arm),
    kind AS (PARTITION BY fold, source, cohort)
),
size_slopes AS (
  SELECT
    *,
    sum(weight * more_size * residual) OVER octaves
      / (sum(weight * pow(more_size, 2)) OVER octaves + avg(weight) OVER octaves) AS size_slope
  FROM centred
  WINDOW octaves AS (PARTITION BY fold, source, access, octave)
),
sizes AS (
  SELECT *, residual - more_size * size_slope AS after_size FROM size_slopes
),
process_slopes AS (
  SELECT
    *,
    sum(weight * more_processes * after_size) OVER accesses
      / (sum(weight * pow(more_processes, 2)) OVER accesses + avg(weight) OVER accesses) AS process_slope
  FROM sizes
  WINDOW accesses AS (PARTITION BY fold, source, access)
),
processes AS (
  SELECT *, after_size - more_processes * process_slope AS after_processes FROM process_slopes
),
hours AS (
  SELECT
    *,
    after_processes - CASE
      WHEN node_num_id IS NULL OR hour IS NULL THEN 0D
      ELSE sum(weight * after_processes) OVER server_hour / (sum(weight) OVER server_hour + 5 * avg(weight) OVER server_hour)
    END AS after_hour
  FROM processes
  WINDOW server_hour AS (PARTITION BY fold, source, node_num_id, hour)
),
users AS (
  SELECT
    *,
    after_hour - CASE
      WHEN uid IS NULL THEN 0D
      ELSE sum(weight * after_hour) OVER owner / (sum(weight) OVER owner + 5 * avg(weight) OVER owner)
    END AS after_user
  FROM hours
  WINDOW owner AS (PARTITION BY fold, source, uid)
)
SELECT
  fold,
  source,
  access,
  cohort,
  arm,
  directory,
  uid,
  weight,
  log2_throughput - residual + after_user - cell_size * size_slope - cell_processes * process_slope AS adjusted
FROM users
