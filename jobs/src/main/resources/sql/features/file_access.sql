-- file_access: how each logged file is used, over all jobs that touched it.
-- Input:  access
-- Grain:  one row per logged file
--   request_bytes     most common request size of the job that moved the most bytes
--   sequential_share  requests that begin where the last ended, over all requests
--   read_share        bytes read over bytes moved
--   run_bytes         request size; a private consecutive stream is coalesced by the client to its
--                     cache of 512 KiB
--   opens_per_day     opens over the days that the logs span, at least one
WITH span AS (
  SELECT greatest(1D, (unix_seconds(max(access_end)) - unix_seconds(min(access_start))) / 86400D) AS days
  FROM access
),
used AS (
  SELECT
    path_bytes,
    sum(opens) AS opens,
    max_by(coalesce(request_bytes,
        CAST(try_divide(bytes_read + bytes_written, reads + writes) AS BIGINT)), bytes_read + bytes_written)
      AS request_bytes,
    max_by(processes, bytes_read + bytes_written) AS processes,
    max_by(shared, bytes_read + bytes_written) AS shared,
    try_divide(sum(consecutive_reads) + sum(consecutive_writes), sum(reads) + sum(writes))
      AS sequential_share,
    try_divide(CAST(sum(bytes_read) AS DOUBLE), sum(bytes_read) + sum(bytes_written)) AS read_share
  FROM access
  GROUP BY path_bytes
)
SELECT
  used.path_bytes,
  used.request_bytes,
  used.processes,
  used.shared,
  used.sequential_share,
  used.read_share,
  CASE
    WHEN used.sequential_share >= 0.5 AND NOT used.shared THEN greatest(used.request_bytes, 524288)
    ELSE used.request_bytes
  END AS run_bytes,
  used.opens / span.days AS opens_per_day
FROM used CROSS JOIN span
