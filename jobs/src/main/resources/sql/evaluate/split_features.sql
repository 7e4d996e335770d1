-- split_features: files by the split of their directory (or of their user, by :split), as the observations are split.
-- Input:  file_features
-- Grain:  one row per file with a chunk size; a sample of the directories where they are many
SELECT
  *,
  pmod(xxhash64(if(:split = 'user', coalesce(string(uid), parent_path), parent_path), :seed), 100) < :test_percent
    AS held_out
FROM file_features
WHERE chunk_bytes IS NOT NULL
  AND pmod(xxhash64(parent_path, :seed + 1), 1000000) < 1000000 * :sample
