-- The namespace: files and bytes by size octave and current chunk size.
--
-- Inputs:  cells (advice_cells.sql).
-- Grain:   one row per size octave and current chunk size, null where it is unknown.
SELECT size_octave, current_chunk_bytes, sum(files) AS files, coalesce(try_sum(bytes), if(count(bytes) > 0, 9223372036854775807L, NULL)) AS bytes
FROM cells
GROUP BY size_octave, current_chunk_bytes
ORDER BY size_octave, current_chunk_bytes
