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
  transform(
    transform(sequence(0, 63), change -> struct(
      change DIV 8 AS to,
      get(log2_gains, CAST(change DIV 8 AS INT)) - get(log2_gains, change % 8) AS gain_log2,
      get(faster, change) AS faster,
      get(slower, change) AS slower)),
    c -> CASE
      WHEN c.to BETWEEN :min_log2_kib - 6 AND :max_log2_kib - 6
        AND c.gain_log2 > log2(1 + :tie_fraction)
        AND (c.gain_log2 >= log2(:small_gain) OR c.faster >= 0.9D)
        AND c.slower <= :most
        THEN struct(c.gain_log2, c.slower)
    END) AS advisable
FROM curves
