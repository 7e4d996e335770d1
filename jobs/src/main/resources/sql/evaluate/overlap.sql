-- overlap: whether the history of the test directories can compare chunk sizes at all.
-- Input:  logged
-- Grain:  one row
--   supported_arms  mean number of supported chunk sizes in an observation's context
--   two_arms        share of the observations whose context has two of them or more
--   entropy_bits    mean entropy of the chunk size given the context
SELECT
  count(*) AS observations,
  count(DISTINCT directory) AS directories,
  count(DISTINCT context) AS contexts,
  avg(size(filter(supported, s -> s))) AS supported_arms,
  avg(CAST(size(filter(supported, s -> s)) >= 2 AS INT)) AS two_arms,
  avg(entropy_bits) AS entropy_bits
FROM logged
