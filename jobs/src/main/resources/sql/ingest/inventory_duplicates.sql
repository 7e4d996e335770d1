-- Entries whose path may occur more than once, numbered from the newest.
-- Inputs: entries (files and byte_offset), repeated (key_hash: hashes that occur more than once).
-- Grain: one row per such entry; newest: 1 for the row of each path that is used: the greatest
-- ctime, then the last source file and record.
SELECT
  entries.*,
  row_number() OVER (
    PARTITION BY path_bytes
    ORDER BY ctime DESC, source_file DESC, byte_offset DESC
  ) AS newest
FROM entries
LEFT SEMI JOIN repeated ON xxhash64(entries.path_bytes) = repeated.key_hash
