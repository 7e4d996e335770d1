-- habits: how logged files are used, by everything that a file without a log may share with them.
-- Inputs: typed_files, file_access
-- Grain:  one row per habit, directory and use
--   habit    name of the group: that of a directory and file type; owner, suffix and size; owner and
--            suffix; suffix and size; suffix; file type and size; or all
--   level    which of these, 0 to 6: the smaller, the more it says
--   files    logged files of the directory that are used so
--   request_log2, processes_log2   their means
WITH logged AS (
  SELECT
    f.parent_path, f.parent_path_bytes, f.uid, f.suffix, f.file_type, f.size_octave, a.use,
    count(*) AS files,
    avg(log2(a.request_bytes)) AS request_log2,
    avg(log2(greatest(coalesce(a.processes, 1), 1))) AS processes_log2
  FROM file_access AS a
  JOIN typed_files AS f ON f.path_bytes = a.path_bytes
  WHERE a.use IS NOT NULL AND f.restriction IS NULL
  GROUP BY f.parent_path, f.parent_path_bytes, f.uid, f.suffix, f.file_type, f.size_octave, a.use
),
placed AS (
  SELECT
    *,
    explode(sequence(0, 6)) AS level
  FROM logged
)
SELECT
  level,
  CASE level
    WHEN 0 THEN concat(file_type, ' files of ', parent_path)
    WHEN 1 THEN concat('.', suffix, ' files of owner ', uid, ', size 2^', size_octave)
    WHEN 2 THEN concat('.', suffix, ' files of owner ', uid)
    WHEN 3 THEN concat('.', suffix, ' files, size 2^', size_octave)
    WHEN 4 THEN concat('.', suffix, ' files')
    WHEN 5 THEN concat(file_type, ' files, size 2^', size_octave)
    ELSE 'all files'
  END AS habit,
  any_value(CASE WHEN level = 0 THEN parent_path_bytes END) AS parent_path_bytes,
  any_value(CASE WHEN level IN (1, 2) THEN uid END) AS uid,
  any_value(CASE WHEN level BETWEEN 1 AND 4 THEN suffix END) AS suffix,
  any_value(CASE WHEN level IN (0, 5) THEN file_type END) AS file_type,
  any_value(CASE WHEN level IN (1, 3, 5) THEN size_octave END) AS size_octave,
  parent_path AS directory,
  use,
  sum(files) AS files,
  sum(files * request_log2) / sum(files) AS request_log2,
  sum(files * processes_log2) / sum(files) AS processes_log2
FROM placed
-- A file whose owner is not known is no owner's.
WHERE uid IS NOT NULL OR level NOT IN (1, 2)
GROUP BY 1, 2, parent_path, use
