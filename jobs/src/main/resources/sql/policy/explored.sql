-- explored: the observations whose chunk size was assigned by lot.
--
-- Inputs:  observations; exploration.
-- Grain:   one row per observation of the history in an explored directory of a file with the chunk size
--          assigned; files from before it was set, or where nobody set it, are none
--
-- propensities  chance of the directory to have each chunk size, eight values, 64 KiB first: half and twice
--               its own the chance of a lot, its own the rest
WITH placed AS (
  SELECT
    path,
    assigned_chunk_bytes,
    propensity,
    CAST(log2(current_chunk_bytes) AS INT) - 16 AS own
  FROM exploration
)
SELECT
  o.source,
  o.observation_id,
  transform(sequence(0, 7), i -> CASE
    WHEN abs(i - e.own) = 1 THEN e.propensity
    WHEN i = e.own THEN 1 - e.propensity * (int(e.own > 0) + int(e.own < 7))
    ELSE 0D END) AS propensities
FROM observations AS o
JOIN placed AS e ON e.path = o.directory AND e.assigned_chunk_bytes = o.chunk_bytes
WHERE o.source <> 'sweep'
