-- further_paths: the paths of files with more than one hard link, but the first of each file.
--
-- Inputs:  files.
-- Grain:   one row per such path. Totals take the bytes of a file from its first path alone.
--
-- A file is its inode and EntryID; the first path is the least by its bytes. Only rows with more
-- than one link are shuffled.
WITH linked AS (
  SELECT
    path_bytes,
    row_number() OVER (PARTITION BY inode, entry_id ORDER BY path_bytes) AS place
  FROM files
  WHERE entry_type = 'file' AND links > 1
)
SELECT path_bytes
FROM linked
WHERE place > 1
