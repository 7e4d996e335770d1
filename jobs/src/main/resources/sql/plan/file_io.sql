-- file_io: what each file says of the files to come in its directory.
-- Inputs: recommendations; file_features; directories (path_bytes, chunk_bytes: of the inventory);
--         further_paths (links/further_paths.sql)
-- Grain:  one row per regular file with a chunk size up to 8 MiB, of several hard links the first path
--   chunk_bytes       of new files in the directory: its own, else the file's
--   proposed_bytes    what the network proposes, before the guard, held to the range of the settings
--   made              whether it was made in the last :history_days
--   mib_a_day         MiB a day that files like it move: all its opens so far times its size, over the days that
--                     the history tells of; 0 where it was not made in them
--   A file is opened once at least. The history is as long as the oldest file of the site is old, at most
--   :history_days.
WITH placed AS (
  SELECT
    r.path_bytes,
    f.parent_path AS directory,
    f.parent_path_bytes AS directory_bytes,
    f.cohort,
    r.size_bytes,
    r.action,
    r.current_chunk_bytes AS own_chunk_bytes,
    coalesce(d.chunk_bytes, r.current_chunk_bytes) AS chunk_bytes,
    r.recommended_chunk_bytes,
    CAST(pow(2D, floor(least(greatest(r.predicted_log2_kib, :min_log2_kib), :max_log2_kib) + 0.5D)) AS BIGINT) * 1024
      AS proposed_bytes,
    pow(2D, coalesce(f.access_frequency_log2, 1D)) - 1D AS opens_a_day,
    greatest(0D, unix_seconds(:as_of) - unix_seconds(coalesce(f.id_base_time, f.mtime, :as_of))) / 86400D AS age_days
  FROM recommendations AS r
  JOIN file_features AS f ON f.path_bytes = r.path_bytes
  LEFT JOIN directories AS d ON d.path_bytes = f.parent_path_bytes
  LEFT ANTI JOIN further_paths AS p ON p.path_bytes = r.path_bytes
  WHERE r.current_chunk_bytes IS NOT NULL
),
history AS (
  SELECT least(CAST(:history_days AS DOUBLE), greatest(1D, max(age_days))) AS days FROM placed
)
SELECT
  path_bytes,
  directory,
  directory_bytes,
  cohort,
  size_bytes,
  action,
  own_chunk_bytes,
  chunk_bytes,
  recommended_chunk_bytes,
  proposed_bytes,
  age_days <= history.days AS made,
  CASE
    WHEN age_days <= history.days
      THEN greatest(1D, opens_a_day * age_days) * (size_bytes / 1048576D) / history.days
    ELSE 0D
  END AS mib_a_day
FROM placed CROSS JOIN history
WHERE chunk_bytes BETWEEN 65536 AND 8388608
