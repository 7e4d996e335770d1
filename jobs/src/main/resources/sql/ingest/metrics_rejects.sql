-- Rejected lines of metrics, and one row for each file that cannot be read, in place of its lines.
-- Inputs: rejected (parser), ledgers (one row per split), input_files.
-- Grain: one row per rejected line or file.
SELECT
  f.source_file,
  r.byte_offset,
  r.raw,
  r.reason,
  r.detail
FROM rejected r
JOIN input_files f ON f.file = r.file
WHERE NOT EXISTS (SELECT 1 FROM ledgers l WHERE l.file = r.file AND l.format = 'unreadable')
UNION ALL
SELECT
  f.source_file,
  CAST(0 AS BIGINT) AS byte_offset,
  X'' AS raw,
  'UNREADABLE_FILE' AS reason,
  min(l.detail) AS detail
FROM ledgers l
JOIN input_files f ON f.file = l.file
WHERE l.format = 'unreadable'
GROUP BY f.source_file
