-- How the advice would move files from chunk size to chunk size.
--
-- Inputs:  cells (advice_cells.sql).
-- Grain:   one row per current chunk size, recommended chunk size and ground.
-- ground   supported (set-directory, rewrite), kept, or unsupported (prior-only, insufficient)
SELECT
  current_chunk_bytes,
  recommended_chunk_bytes,
  CASE
    WHEN action IN ('set-directory', 'rewrite') THEN 'supported'
    WHEN action = 'keep' THEN 'kept'
    ELSE 'unsupported'
  END AS ground,
  sum(files) AS files,
  CAST(least(sum(CAST(bytes AS DECIMAL(19, 0))), 9223372036854775807) AS BIGINT) AS bytes
FROM cells
GROUP BY 1, 2, 3
ORDER BY current_chunk_bytes, recommended_chunk_bytes, ground
