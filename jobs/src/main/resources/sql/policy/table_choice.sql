-- table_choice: what the cohort table alone proposes, in the shape of the network's predictions.
-- Inputs: file_features, proposals (of cohorts, small)
-- Grain:  one row per file; predicted_log2_kib is null where the cohort has no evidence
SELECT /*+ BROADCAST(p) */
  f.*,
  CAST(p.table_position + 6 AS DOUBLE) AS predicted_log2_kib
FROM file_features AS f
LEFT JOIN proposals AS p
  ON p.cohort = f.cohort
  AND p.current_position = CAST(log2(least(greatest(f.chunk_bytes, 65536), 8388608)) AS INT) - 16
