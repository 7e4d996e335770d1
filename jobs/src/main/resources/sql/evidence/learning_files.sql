-- learning_files: the files that the network learns from and is judged on: those whose use is known, once
-- as they are, and once as if no log had ever seen them.
-- Inputs: observations, file_features, groups (habits of four directories and more, one row each: one of
--         them may be the file's own)
-- Grain:  one row per observed file and form; a sample by hash where they are many
--   split         train or validation, by directory: of the files whose last access is not in the latest
--                 part of the observations; test: the directories that are held out
--   never_logged  the form
--   use_cohort    cohort with the file's own use
--   cohort        the same; of the form without logs that of the finest group, whose directories other than
--                 the file's own stand for it
WITH accesses AS (
  SELECT
    path_bytes,
    max_by(struct(access_start, cohort, split), struct(weight, access_end, observation_id)) AS access
  FROM observations
  WHERE source <> 'sweep' AND cohort.use IS NOT NULL
  GROUP BY path_bytes
),
observed AS (
  SELECT
    f.*,
    coalesce(a.access.access_start, f.id_base_time) AS access_start,
    a.access.cohort AS use_cohort,
    CASE WHEN a.access.split = 'before' THEN 'test' ELSE a.access.split END AS split
  FROM accesses AS a
  JOIN file_features AS f ON f.path_bytes = a.path_bytes
  WHERE f.chunk_bytes IS NOT NULL AND a.access.split <> 'after'
    AND pmod(xxhash64(f.path_bytes, :seed), 1000000) < 1000000 * :sample
),
placed AS (
  SELECT
    o.*,
    coalesce(owner_suffix_size.habit, owner_suffix.habit, suffix_size.habit, by_suffix.habit, type_size.habit,
      'all files') AS group_habit,
    explode(array(0D, 1D)) AS never_logged
  FROM observed AS o
  LEFT JOIN groups AS owner_suffix_size
    ON owner_suffix_size.level = 1 AND owner_suffix_size.uid = o.uid
    AND owner_suffix_size.suffix = o.suffix AND owner_suffix_size.size_octave = o.cohort.size_octave
  LEFT JOIN groups AS owner_suffix
    ON owner_suffix.level = 2 AND owner_suffix.uid = o.uid AND owner_suffix.suffix = o.suffix
  LEFT JOIN groups AS suffix_size
    ON suffix_size.level = 3 AND suffix_size.suffix = o.suffix AND suffix_size.size_octave = o.cohort.size_octave
  LEFT JOIN groups AS by_suffix ON by_suffix.level = 4 AND by_suffix.suffix = o.suffix
  LEFT JOIN groups AS type_size
    ON type_size.level = 5 AND type_size.file_type = o.file_type AND type_size.size_octave = o.cohort.size_octave
)
SELECT
  path_bytes,
  parent_path AS directory,
  uid,
  split,
  never_logged,
  use_cohort,
  CASE WHEN never_logged = 0 THEN use_cohort ELSE struct(
    use_cohort.storage_class,
    use_cohort.targets,
    use_cohort.size_octave,
    CAST(NULL AS STRUCT<writes: BOOLEAN, sequential: BOOLEAN, shared: BOOLEAN, request_octave: INT, processes_octave: INT>)
      AS use,
    CAST(NULL AS STRING) AS directory,
    group_habit AS habit,
    parent_path AS left_out) END AS cohort,
  suffix,
  size_bytes,
  chunk_bytes,
  target_ids,
  access_start,
  file_size_log2,
  file_type_code,
  CASE WHEN never_logged = 0 THEN access_run_log2 END AS access_run_log2,
  current_chunk_log2_kib,
  num_targets,
  compressed_flag,
  CASE
    WHEN never_logged = 0 OR access_frequency_source <> 'access' THEN access_frequency_log2
    ELSE log2(1D + (1D + CAST(coalesce(atime > mtime, false) AS INT))
      / greatest(1D, (unix_seconds(:as_of) - unix_seconds(coalesce(id_base_time, mtime))) / 86400D))
  END AS access_frequency_log2,
  CASE WHEN never_logged = 0 THEN request_bytes_log2 END AS request_bytes_log2,
  CASE WHEN never_logged = 0 THEN sequential_share END AS sequential_share,
  CASE WHEN never_logged = 0 THEN read_share END AS read_share,
  CASE WHEN never_logged = 0 THEN shared_flag END AS shared_flag,
  CASE WHEN never_logged = 0 THEN num_processes_log2 END AS num_processes_log2
FROM placed
