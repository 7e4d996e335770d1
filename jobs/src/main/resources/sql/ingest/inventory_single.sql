-- Entries whose path occurs once.
-- Inputs: entries (files and byte_offset), repeated (key_hash: hashes that occur more than once).
-- Grain: one row per such entry.
SELECT entries.*
FROM entries
LEFT ANTI JOIN repeated ON xxhash64(entries.path_bytes) = repeated.key_hash
