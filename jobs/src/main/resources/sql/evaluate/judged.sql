-- judged: what each policy would set for every judged file, and what that is worth.
-- Inputs: held_out (file_features of the test directories), network, table_advice (recommendations of the
--         network and of the cohort table for them), curves, judge (path_bytes, ln_throughput: eight
--         values, 64 KiB first)
-- Grain:  one row per file and policy
--   regret, over_current, over_default   natural log of the policy's throughput over the best, the current
--                                        and the default chunk size
--   within_octave  whether a member of the set within 2 % of the best is at most one octave away
--   harmed         whether the file would be more than 5 % slower than now
WITH positions AS (
  SELECT
    f.path_bytes,
    f.parent_path AS directory,
    j.ln_throughput,
    array_max(j.ln_throughput) AS best,
    CAST(log2(least(greatest(f.chunk_bytes, 65536), 8388608)) AS INT) - 16 AS current_position,
    map(
      'keep', CAST(log2(least(greatest(f.chunk_bytes, 65536), 8388608)) AS INT) - 16,
      'default-512k', 3,
      'best-constant', :best_constant,
      'size-rule', CASE
        WHEN f.size_bytes < 1048576 THEN 0
        WHEN f.size_bytes < 104857600 THEN 3
        WHEN f.size_bytes < 1073741824 THEN 5
        ELSE 7 END,
      'request-rule', CASE
        WHEN f.request_bytes_log2 IS NULL OR f.num_targets < 1 THEN 3
        ELSE CAST(least(greatest(round(f.request_bytes_log2 - log2(f.num_targets)), 16), 23) AS INT) - 16 END,
      'cohort-table-raw', coalesce(CAST(log2(get(c.choices,
        CAST(log2(least(greatest(f.chunk_bytes, 65536), 8388608)) AS INT) - 16)) AS INT) - 16, 3),
      'cohort-table', CAST(log2(least(greatest(t.recommended_chunk_bytes, 65536), 8388608)) AS INT) - 16,
      'mlp', CAST(log2(least(greatest(n.recommended_chunk_bytes, 65536), 8388608)) AS INT) - 16,
      'mlp-raw', CAST(round(least(greatest(n.predicted_log2_kib, 6), 13)) AS INT) - 6,
      'oracle', CAST(array_position(j.ln_throughput, array_max(j.ln_throughput)) AS INT) - 1
    ) AS policies
  FROM held_out AS f
  JOIN judge AS j ON j.path_bytes = f.path_bytes
  LEFT JOIN curves AS c ON c.cohort = f.cohort
  LEFT JOIN network AS n ON n.path_bytes = f.path_bytes
  LEFT JOIN table_advice AS t ON t.path_bytes = f.path_bytes
  WHERE f.chunk_bytes IS NOT NULL
),
chosen AS (
  SELECT *, explode(policies) AS (policy, position) FROM positions
)
SELECT
  directory,
  policy,
  get(ln_throughput, position) - best AS regret,
  get(ln_throughput, position) - get(ln_throughput, current_position) AS over_current,
  get(ln_throughput, position) - get(ln_throughput, 3) AS over_default,
  exists(
    filter(sequence(0, 7), i -> get(ln_throughput, i) >= best - ln(1.02D)),
    i -> abs(i - position) <= 1) AS within_octave,
  get(ln_throughput, position) < get(ln_throughput, current_position) + ln(0.95D) AS harmed
FROM chosen
WHERE position IS NOT NULL
