-- table_choice: what the cohort table alone proposes, in the shape of the network's predictions.
-- Inputs: file_features, curves (worths)
-- Grain:  one row per file
--   predicted_log2_kib  the chunk size that is worth most for a file with its present one, of ties the
--                       one nearest to the default; where no change is worth its risk, the choice of
--                       the curve. Null where the file has no chunk size or no curve
WITH best AS (
  SELECT
    *,
    transform(sequence(0, 7), current ->
      array_max(transform(sequence(0, 7), to -> get(worths, to * 8 + current)))) AS best_worths
  FROM curves
),
proposed AS (
  SELECT
    cohort,
    transform(sequence(0, 7), current ->
      CASE
        WHEN get(best_worths, current) > 0 THEN
          array_min(transform(
            filter(sequence(0, 7), to ->
              get(worths, to * 8 + current) > 0
                AND get(worths, to * 8 + current) >= get(best_worths, current) - log2(1 + :tie_fraction)),
            to -> struct(abs(to + 6 - :default_log2_kib) AS distance, to AS position))).position + 6
        ELSE log2(get(choices, current)) - 10
      END) AS proposals
  FROM best
)
SELECT /*+ BROADCAST(p) */
  f.*,
  CAST(get(p.proposals, CAST(log2(least(greatest(f.chunk_bytes, 65536), 8388608)) AS INT) - 16) AS DOUBLE)
    AS predicted_log2_kib
FROM file_features AS f
LEFT JOIN proposed AS p ON p.cohort = f.cohort
