-- runs: how many bytes the logged files of a directory, of an owner and of a type are accessed by at
-- once, for the files that no log has seen.
-- Inputs: typed_files, file_access, client_minutes
-- Grain:  one row per directory and file type, per owner and file type, and per file type
--         (parent_path_bytes and uid null: over all); and one per owner over all types (file_type null)
--   run_log2    median log2 run; over all types log2 of the bytes the owner moves per message
--               (client_minutes)
WITH logged AS (
  SELECT f.parent_path_bytes, f.uid, f.file_type, log2(a.run_bytes) AS run_log2
  FROM file_access AS a
  JOIN typed_files AS f ON f.path_bytes = a.path_bytes
  WHERE a.use IS NOT NULL AND f.restriction IS NULL
),
owners AS (
  SELECT
    try_cast(client AS BIGINT) AS uid,
    log2(nullif(try_divide(sum(CAST(read_bytes AS DOUBLE)) + sum(CAST(write_bytes AS DOUBLE)), sum(CAST(read_ops AS DOUBLE)) + sum(CAST(write_ops AS DOUBLE))), 0)) AS run_log2
  FROM client_minutes
  WHERE scope = 'user' AND server_kind = 'storage'
  GROUP BY client
)
SELECT parent_path_bytes, uid, file_type, percentile_approx(run_log2, 0.5) AS run_log2
FROM logged
GROUP BY GROUPING SETS ((parent_path_bytes, file_type), (uid, file_type), (file_type))
-- Files whose owner is not known are no owner's, and must not stand beside the row of all owners.
HAVING grouping(uid) = 1 OR uid IS NOT NULL
UNION ALL
SELECT CAST(NULL AS BINARY), uid, CAST(NULL AS STRING), run_log2
FROM owners
WHERE uid IS NOT NULL AND run_log2 IS NOT NULL
