-- exploration: the new directories that get a neighbouring chunk size by lot, and those of earlier runs.
--
-- Inputs:  directories (path, path_bytes, entry_id, chunk_bytes, id_base_time: those of the inventory);
--          before (entry_id: the directories of the previous run, no rows without one); advised
--          (path_bytes: directories with advice of their own, followed or not); carried (exploration of
--          the previous run).
-- Grain:   one row per explored directory whose lot is no older than :carry_days
--
-- A directory takes part once: when it is new, which is in this inventory but not in that of the previous
-- run and created after that run's as-of, and has no advice, a path that the tools take, and a chunk
-- size inside the range.
-- draw  0..999,999, from the EntryID and the seed alone
-- assigned_chunk_bytes  half the chunk size for the lowest :percent / 2 percent of the draws, twice for the
--       next :percent / 2 percent; a neighbour outside the range is not replaced, so that every
--       assignment has the chance in propensity, whatever the directory is
WITH fresh AS (
  SELECT
    d.path,
    d.path_bytes,
    d.entry_id,
    d.chunk_bytes,
    pmod(xxhash64('exploration', d.entry_id, :seed), 1000000) AS draw
  FROM directories AS d
  LEFT ANTI JOIN before AS b ON b.entry_id = d.entry_id
  LEFT ANTI JOIN advised AS a ON a.path_bytes = d.path_bytes
  WHERE EXISTS (SELECT 1 FROM before)
    AND d.entry_id IS NOT NULL
    AND d.id_base_time >= CAST(:previous_as_of AS TIMESTAMP)
    AND d.chunk_bytes BETWEEN :min_bytes AND :max_bytes
    AND concat(decode(d.path_bytes, 'ISO-8859-1'), '/') NOT LIKE '%/../%'
    AND NOT (:cli = 'v7' AND instr(decode(d.path_bytes, 'ISO-8859-1'), chr(10)) > 0)
),
assigned AS (
  SELECT
    *,
    CASE
      WHEN draw < :percent * 5000 THEN CAST(chunk_bytes DIV 2 AS BIGINT)
      WHEN draw < :percent * 10000 THEN chunk_bytes * 2
    END AS assigned_chunk_bytes
  FROM fresh
)
SELECT
  path,
  path_bytes,
  entry_id,
  chunk_bytes AS current_chunk_bytes,
  assigned_chunk_bytes,
  CAST(:percent / 200 AS DOUBLE) AS propensity,
  CAST(:run_date AS DATE) AS run_date
FROM assigned
WHERE assigned_chunk_bytes BETWEEN :min_bytes AND :max_bytes
UNION ALL
SELECT path, path_bytes, entry_id, current_chunk_bytes, assigned_chunk_bytes, propensity, run_date
FROM carried
WHERE run_date >= date_sub(CAST(:run_date AS DATE), :carry_days)
