-- proposals: what each policy would set for a file that has a chunk size now.
-- Inputs: asked (file_features rows; a file may be asked about with several chunk sizes), network and
--         table_advice (recommendations of the network and of the cohort table for them), learned
--         (positions chosen by the learners of the responses, by file), curves
-- Grain:  one row per file and chunk size asked about
--   current_position  place of that chunk size: 0 is 64 KiB, 7 is 8 MiB; sizes beyond are held to the ends
--   positions         by policy; null where it has no opinion. least and greatest skip nulls: hence the cases
--   network_log2_kib  raw output of the network
--   promises          by policy: log2 of the expected gain and of its 10 % and 90 % quantiles
WITH placed AS (
  SELECT
    path_bytes, parent_path, size_bytes, chunk_bytes, cohort, request_bytes_log2, num_targets,
    CAST(log2(least(greatest(chunk_bytes, 65536), 8388608)) AS INT) - 16 AS current_position
  FROM asked
  WHERE chunk_bytes IS NOT NULL
)
SELECT
  f.path_bytes,
  f.chunk_bytes,
  f.parent_path AS directory,
  f.size_bytes,
  f.current_position,
  n.predicted_log2_kib AS network_log2_kib,
  map(
    'keep', f.current_position,
    'default-512k', 3,
    'default-1m', 4,
    'size-rule', CASE
      WHEN f.size_bytes < 1048576 THEN 0
      WHEN f.size_bytes < 104857600 THEN 3
      WHEN f.size_bytes < 1073741824 THEN 5
      ELSE 7 END,
    'request-rule', CASE
      WHEN f.request_bytes_log2 IS NULL OR f.num_targets < 1 THEN 3
      ELSE CAST(least(greatest(round(f.request_bytes_log2 - log2(f.num_targets)), 16), 23) AS INT) - 16 END,
    'cohort-table-raw', coalesce(CAST(log2(get(c.choices, f.current_position)) AS INT) - 16, f.current_position),
    'cohort-table', CASE WHEN t.recommended_chunk_bytes IS NOT NULL
      THEN CAST(log2(least(greatest(t.recommended_chunk_bytes, 65536), 8388608)) AS INT) - 16 END,
    'knn', l.knn,
    'gbt', l.gbt,
    'mlp', CASE WHEN n.predicted_log2_kib IS NOT NULL
      THEN CAST(log2(least(greatest(n.recommended_chunk_bytes, 65536), 8388608)) AS INT) - 16 END,
    'mlp-raw', CASE WHEN n.predicted_log2_kib IS NOT NULL
      THEN CAST(round(least(greatest(n.predicted_log2_kib, 6), 13)) AS INT) - 6 END
  ) AS positions,
  map(
    'cohort-table', struct(log2(t.expected_gain) AS gain, log2(t.gain_p10) AS p10, log2(t.gain_p90) AS p90),
    'mlp', struct(log2(n.expected_gain) AS gain, log2(n.gain_p10) AS p10, log2(n.gain_p90) AS p90)
  ) AS promises
FROM placed AS f
LEFT JOIN curves AS c ON c.cohort = f.cohort
LEFT JOIN table_advice AS t ON t.path_bytes = f.path_bytes AND t.current_chunk_bytes = f.chunk_bytes
LEFT JOIN network AS n ON n.path_bytes = f.path_bytes AND n.current_chunk_bytes = f.chunk_bytes
LEFT JOIN learned AS l ON l.path_bytes = f.path_bytes
