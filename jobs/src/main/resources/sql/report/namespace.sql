-- The namespace: files and bytes by size octave and current chunk size.
--
-- Inputs:  cells (advice_cells.sql).
-- Grain:   one row per size octave and current chunk size, null where it is unknown.
SELECT size_octave, current_chunk_bytes, sum(files) AS files,
  CAST(least(sum(CAST(bytes AS DECIMAL(19, 0))), 9223372036854775807) AS BIGINT) AS bytes
FROM cells
GROUP BY size_octave, current_chunk_bytes
ORDER BY size_octave, current_chunk_bytes
