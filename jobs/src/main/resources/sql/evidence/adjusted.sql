-- adjusted: responses less what the hour of their server and their user explain.
-- Input:  observations
-- Grain:  one row per observation
--   fold      judge: the test directories, for judging only; learn: all others
--   arm       chunk size, held to the eight candidates
--   adjusted  log2 throughput less two effects, each a shrunken mean of residuals against the mean
--             of its own cohort and arm, so that no effect of the chunk size is taken out with them
WITH placed AS (
  SELECT
    *,
    CASE WHEN split = 'test' THEN 'judge' ELSE 'learn' END AS fold,
    least(greatest(chunk_bytes, 65536), 8388608) AS arm,
    date_trunc('HOUR', access_start) AS hour
  FROM observations
),
residuals AS (
  SELECT
    *,
    log2_throughput
      - sum(weight * log2_throughput) OVER cell / sum(weight) OVER cell AS residual
  FROM placed
  WHERE weight > 0
  WINDOW cell AS (PARTITION BY fold, cohort, arm)
),
hours AS (
  SELECT
    *,
    CASE
      WHEN node_num_id IS NULL OR hour IS NULL THEN 0D
      ELSE sum(weight * residual) OVER server_hour / (sum(weight) OVER server_hour + 5)
    END AS hour_effect
  FROM residuals
  WINDOW server_hour AS (PARTITION BY fold, node_num_id, hour)
),
users AS (
  SELECT
    *,
    CASE
      WHEN uid IS NULL THEN 0D
      ELSE sum(weight * (residual - hour_effect)) OVER owner / (sum(weight) OVER owner + 5)
    END AS user_effect
  FROM hours
  WINDOW owner AS (PARTITION BY fold, uid)
)
SELECT
  fold,
  cohort,
  arm,
  directory,
  uid,
  weight,
  log2_throughput - hour_effect - user_effect AS adjusted
FROM users
