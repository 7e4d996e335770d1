-- table_choice: what the cohort table alone proposes, in the shape of the network's predictions.
-- Inputs: file_features, curves
-- Grain:  one row per file; predicted_log2_kib is null where the file has no chunk size or no curve
SELECT
  f.*,
  CAST(log2(get(c.choices, CAST(log2(least(greatest(f.chunk_bytes, 65536), 8388608)) AS INT) - 16)) - 10 AS DOUBLE)
    AS predicted_log2_kib
FROM file_features AS f
LEFT JOIN curves AS c ON c.cohort = f.cohort
