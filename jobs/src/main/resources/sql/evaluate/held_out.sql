-- held_out: files of the directories (or of the users, by :split) that nothing is learnt from, as the
-- observations are split.
-- Input:  file_features
-- Grain:  one row per file with a chunk size; a sample of the directories where they are many
SELECT *, parent_path AS directory
FROM file_features
WHERE chunk_bytes IS NOT NULL
  AND pmod(xxhash64(if(:split = 'user', coalesce(string(uid), parent_path), parent_path), :seed), 100) < :test_percent
  AND pmod(xxhash64(parent_path, :seed + 1), 1000000) < 1000000 * :sample
