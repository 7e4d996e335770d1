-- pattern_changes: where a chunk size became another one.
--
-- Inputs:  files; before (files of the previous run, no rows without one); carried (pattern_changes of
--          the previous run).
-- Grain:   one row per change that is no older than :carry_days
--
-- source   inventories  the same directory has another pattern than in the previous run, or a file at
--                       the same path was created anew with another chunk size; of files at most
--                       :max_files, by hash
--          creation     of the files of one directory all older ones have one chunk size and all newer
--                       ones another, at least :min_files of each, and new files of the directory get
--                       the newer one. A change that an earlier run saw already is that run's
-- changed_after, changed_before  of a directory the newest change that the inventory before saw and the
--                       as-of; of a file the time in its EntryID; else the last and the first of the
--                       two groups of files
WITH seen AS (
  SELECT max(ctime) AS newest_ctime FROM before WHERE ctime <= CAST(:as_of AS TIMESTAMP)
),
directories AS (
  SELECT
    'inventories' AS source,
    'directory' AS kind,
    f.path,
    f.path_bytes,
    f.entry_id,
    f.path AS directory,
    b.chunk_bytes AS old_chunk_bytes,
    f.chunk_bytes AS new_chunk_bytes,
    CAST(:previous_date AS DATE) AS old_run_date,
    seen.newest_ctime AS changed_after,
    greatest(CAST(:as_of AS TIMESTAMP), seen.newest_ctime) AS changed_before
  FROM files AS f
  JOIN before AS b ON b.path_bytes = f.path_bytes AND b.entry_id = f.entry_id
  CROSS JOIN seen
  WHERE f.entry_type = 'directory' AND b.entry_type = 'directory' AND f.chunk_bytes <> b.chunk_bytes
),
rewritten AS (
  SELECT
    'inventories' AS source,
    'file' AS kind,
    f.path,
    f.path_bytes,
    f.entry_id,
    f.parent_path AS directory,
    b.chunk_bytes AS old_chunk_bytes,
    f.chunk_bytes AS new_chunk_bytes,
    CAST(:previous_date AS DATE) AS old_run_date,
    f.id_base_time AS changed_after,
    f.id_base_time AS changed_before
  FROM files AS f
  JOIN before AS b ON b.path_bytes = f.path_bytes AND b.entry_id <> f.entry_id
  CROSS JOIN seen
  WHERE f.entry_type = 'file' AND b.entry_type = 'file' AND f.restriction IS NULL AND f.chunk_bytes <> b.chunk_bytes
    -- A file that was moved here is older: its chunk size says nothing of the one before it.
    AND f.id_base_time >= seen.newest_ctime - INTERVAL 1 DAY
  ORDER BY xxhash64(f.path_bytes), f.path_bytes
  LIMIT :max_files
),
groups AS (
  SELECT
    parent_path,
    parent_path_bytes,
    chunk_bytes,
    count(*) AS files,
    min(id_base_time) AS first_created,
    max(id_base_time) AS last_created
  FROM files
  WHERE entry_type = 'file' AND restriction IS NULL AND chunk_bytes IS NOT NULL AND id_base_time IS NOT NULL
  GROUP BY parent_path, parent_path_bytes, chunk_bytes
),
pairs AS (
  SELECT
    parent_path,
    parent_path_bytes,
    min(struct(first_created, last_created, chunk_bytes, files)) AS older,
    max(struct(first_created, last_created, chunk_bytes, files)) AS newer
  FROM groups
  GROUP BY parent_path, parent_path_bytes
  HAVING count(*) = 2
),
created AS (
  SELECT
    'creation' AS source,
    'directory' AS kind,
    p.parent_path AS path,
    p.parent_path_bytes AS path_bytes,
    d.entry_id,
    p.parent_path AS directory,
    p.older.chunk_bytes AS old_chunk_bytes,
    p.newer.chunk_bytes AS new_chunk_bytes,
    CAST(NULL AS DATE) AS old_run_date,
    p.older.last_created AS changed_after,
    p.newer.first_created AS changed_before
  FROM pairs AS p
  LEFT JOIN files AS d ON d.path_bytes = p.parent_path_bytes AND d.entry_type = 'directory'
  LEFT ANTI JOIN carried AS c
    ON c.source = 'creation' AND c.path_bytes = p.parent_path_bytes
    AND c.old_chunk_bytes = p.older.chunk_bytes AND c.new_chunk_bytes = p.newer.chunk_bytes
  WHERE p.older.last_created < p.newer.first_created
    AND least(p.older.files, p.newer.files) >= :min_files
    AND coalesce(d.chunk_bytes = p.newer.chunk_bytes, true)
),
changes AS (
  SELECT *, CAST(:run_date AS DATE) AS new_run_date FROM directories
  UNION ALL
  SELECT *, CAST(:run_date AS DATE) FROM rewritten
  UNION ALL
  SELECT *, CAST(:run_date AS DATE) FROM created
  UNION ALL
  SELECT
    source, kind, path, path_bytes, entry_id, directory, old_chunk_bytes, new_chunk_bytes, old_run_date,
    changed_after, changed_before, new_run_date
  FROM carried
)
SELECT
  source,
  kind,
  path,
  path_bytes,
  entry_id,
  directory,
  old_chunk_bytes,
  new_chunk_bytes,
  old_run_date,
  new_run_date,
  changed_after,
  changed_before
FROM changes
WHERE changed_before >= CAST(:as_of AS TIMESTAMP) - :carry_days * INTERVAL 1 DAY
