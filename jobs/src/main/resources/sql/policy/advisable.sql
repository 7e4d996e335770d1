-- advisable: the changes of the chunk size that may be advised at all, whatever their risk costs.
-- Input:  curves
-- Grain:  one row per full cohort; columns as in curves
--   advisable  of the change between two positions, 64 values: to * 8 + from. Null where the new size
--              is out of range, the gain within a tie or a small one with a probability below 0.9, or a
--              loss of more than 5 % likelier than :most; else
--     gain_log2  throughput over that before
--     slower     probability of a loss of more than 5 %
SELECT
  *,
  transform(sequence(0, 63), change ->
    CASE
      WHEN change DIV 8 BETWEEN :min_log2_kib - 6 AND :max_log2_kib - 6
        AND get(log2_gains, CAST(change DIV 8 AS INT)) - get(log2_gains, change % 8) > log2(1 + :tie_fraction)
        AND (get(log2_gains, CAST(change DIV 8 AS INT)) - get(log2_gains, change % 8) >= log2(:small_gain)
          OR get(faster, change) >= 0.9D)
        AND get(slower, change) <= :most
        THEN struct(
          get(log2_gains, CAST(change DIV 8 AS INT)) - get(log2_gains, change % 8) AS gain_log2,
          get(slower, change) AS slower)
    END) AS advisable
FROM curves
