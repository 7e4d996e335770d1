-- habits: how the logged files of a directory, of an owner and of a type are used, for the files that
-- no log has seen.
-- Inputs: typed_files, file_access, client_minutes
-- Grain:  one row per directory and file type, per owner and file type, and per file type
--         (parent_path_bytes and uid null: over all); and one per owner over all types (file_type null)
--   run_log2    median log2 run; over all types log2 of the bytes the owner moves per message
--               (client_minutes)
--   use         most common use of the logged files: access class|request, as in the cohort; null
--               without any
--   use_share   share of the logged files that are used so
WITH logged AS (
  SELECT
    f.parent_path_bytes,
    f.uid,
    f.file_type,
    log2(a.run_bytes) AS run_log2,
    a.use
  FROM file_access AS a
  JOIN typed_files AS f ON f.path_bytes = a.path_bytes
  WHERE a.use IS NOT NULL
),
counted AS (
  SELECT parent_path_bytes, uid, file_type, use, count(*) AS files
  FROM logged
  GROUP BY GROUPING SETS ((parent_path_bytes, file_type, use), (uid, file_type, use), (file_type, use))
  -- Files whose owner is not known are no owner's, and must not stand beside the row of all owners.
  HAVING grouping(uid) = 1 OR uid IS NOT NULL
),
most AS (
  SELECT
    parent_path_bytes,
    uid,
    file_type,
    max_by(use, struct(files, use)) AS use,
    max(files) / CAST(sum(files) AS DOUBLE) AS use_share
  FROM counted
  GROUP BY parent_path_bytes, uid, file_type
),
runs AS (
  SELECT parent_path_bytes, uid, file_type, percentile_approx(run_log2, 0.5) AS run_log2
  FROM logged
  GROUP BY GROUPING SETS ((parent_path_bytes, file_type), (uid, file_type), (file_type))
  HAVING grouping(uid) = 1 OR uid IS NOT NULL
),
owners AS (
  SELECT
    try_cast(client AS BIGINT) AS uid,
    log2(nullif(try_divide(sum(read_bytes) + sum(write_bytes), sum(read_ops) + sum(write_ops)), 0)) AS run_log2
  FROM client_minutes
  WHERE scope = 'user' AND server_kind = 'storage'
  GROUP BY client
)
SELECT runs.parent_path_bytes, runs.uid, runs.file_type, runs.run_log2, most.use, most.use_share
FROM runs
JOIN most
  ON most.parent_path_bytes <=> runs.parent_path_bytes
  AND most.uid <=> runs.uid
  AND most.file_type = runs.file_type
UNION ALL
SELECT
  CAST(NULL AS BINARY), uid, CAST(NULL AS STRING), run_log2, CAST(NULL AS STRING), CAST(NULL AS DOUBLE)
FROM owners
WHERE uid IS NOT NULL AND run_log2 IS NOT NULL
