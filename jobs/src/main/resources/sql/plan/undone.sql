-- undone: directories that should go back to the chunk size they had.
-- Inputs: pilots (of tonight), outcomes (before tonight's proposals), directories (path_bytes, path, chunk_bytes)
-- Grain:  one row per directory
-- A trial was measured and not faster, or files made after a change are slower than those before it; and the
-- directory still has that chunk size.
WITH back AS (
  SELECT path_bytes, assigned_chunk_bytes AS chunk_bytes, current_chunk_bytes AS old_chunk_bytes,
    'its pilot measured no gain' AS reason
  FROM pilots
  WHERE role = 'treated' AND state = 'reverted'
  UNION ALL
  SELECT path_bytes, new_chunk_bytes, old_chunk_bytes, 'files made since the change are slower'
  FROM outcomes
  WHERE verdict = 'slower' AND measured_gain < 0.95D AND origin <> 'undo'
)
SELECT
  d.path,
  b.path_bytes,
  max_by(struct(b.chunk_bytes AS current_chunk_bytes, b.old_chunk_bytes AS recommended_chunk_bytes, b.reason), b.reason) AS arm
FROM back AS b
JOIN directories AS d ON d.path_bytes = b.path_bytes AND d.chunk_bytes = b.chunk_bytes
GROUP BY d.path, b.path_bytes
