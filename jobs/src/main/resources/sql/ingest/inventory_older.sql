-- Rejects for the older entries of paths that occur more than once.
-- Input: older (files and byte_offset). Grain: one row per older entry.
-- raw: the path alone; the record itself stands at byte_offset of source_file.
SELECT
  source_file,
  byte_offset,
  substring(path_bytes, 1, 65536) AS raw,
  'DUPLICATE_PATH' AS reason,
  'A newer record of this path is used; raw is the path.' AS detail
FROM older
