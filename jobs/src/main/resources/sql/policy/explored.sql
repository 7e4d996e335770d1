-- explored: the observations whose chunk size was assigned by lot.
--
-- Inputs:  observations; exploration.
-- Grain:   one row per observation of the history in an explored directory of a file with the chunk size
--          assigned; files from before it was set, or where nobody set it, are none
--
-- propensity  chance of the directory to be assigned this chunk size
SELECT
  o.source,
  o.observation_id,
  o.directory,
  o.chunk_bytes,
  e.propensity
FROM observations AS o
JOIN exploration AS e ON e.path = o.directory AND e.assigned_chunk_bytes = o.chunk_bytes
WHERE o.source <> 'sweep'
