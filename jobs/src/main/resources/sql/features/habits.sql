-- habits: how the logged files of each owner and type are used, for the files that no log has seen.
-- Inputs: typed_files, file_access, client_minutes
-- Grain:  one row per owner and file type; uid null: over all owners; file_type null: over all types
--   run_log2          median log2 run; over all types without logged files, log2 of the bytes the
--                     owner moves per message (client_minutes)
--   access_class      most common access class of the logged files, null without any
--   request_log2      their median log2 request size
WITH logged AS (
  SELECT
    f.uid,
    f.file_type,
    log2(a.run_bytes) AS run_log2,
    log2(a.request_bytes) AS request_log2,
    concat_ws('-',
      CASE WHEN a.read_share >= 0.5 THEN 'r' ELSE 'w' END,
      CASE WHEN a.sequential_share >= 0.5 THEN 'seq' ELSE 'rand' END,
      CASE WHEN a.shared THEN 'shared' ELSE 'private' END) AS access_class
  FROM file_access AS a
  JOIN typed_files AS f ON f.path_bytes = a.path_bytes
  WHERE a.request_bytes > 0
),
grouped AS (
  SELECT
    uid,
    file_type,
    percentile_approx(run_log2, 0.5) AS run_log2,
    percentile_approx(request_log2, 0.5) AS request_log2,
    mode(access_class) AS access_class
  FROM logged
  GROUP BY GROUPING SETS ((uid, file_type), (file_type))
  -- Files whose owner is not known are no owner's, and must not stand beside the row of all owners.
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
SELECT uid, file_type, run_log2, request_log2, access_class FROM grouped
UNION ALL
SELECT uid, CAST(NULL AS STRING), run_log2, CAST(NULL AS DOUBLE), CAST(NULL AS STRING)
FROM owners
WHERE uid IS NOT NULL AND run_log2 IS NOT NULL
