-- What the history tried: observed files by source and chunk size.
--
-- Inputs:  observations.
-- Grain:   one row per source and chunk size.
SELECT
  source,
  chunk_bytes,
  count(*) AS observations,
  count(DISTINCT directory) AS directories,
  sum(weight) AS weight
FROM observations
GROUP BY source, chunk_bytes
ORDER BY source, chunk_bytes
