-- file_access: how each logged file is used, over all jobs that touched it.
-- Input:  access
-- Grain:  one row per logged file
--   request_bytes     most common request size of the job that moved the most bytes
--   sequential_share  share of the requests of a process that begin where its last ended; of a shared
--                     file, whose processes leave gaps for each other, of those that move on, less
--                     what chance would move on. A process's first request says nothing; without
--                     another the share is 1
--   read_share        bytes read over bytes moved
--   run_bytes         request size; a private consecutive stream is coalesced by the client to its
--                     cache of 512 KiB
--   use               how it is used, as in a cohort; null without a request size
--   opens_per_day     opens over the days that the logs span, at least one
-- Sums are doubles: counters come from the logs of users, and many large ones exceed a BIGINT.
WITH span AS (
  SELECT greatest(1D, (unix_seconds(max(access_end)) - unix_seconds(min(access_start))) / 86400D) AS days
  FROM access
),
used AS (
  SELECT
    path_bytes,
    sum(CAST(opens AS DOUBLE)) AS opens,
    max_by(coalesce(request_bytes,
        CAST(try_divide(bytes_read + bytes_written, reads + writes) AS BIGINT)), bytes_read + bytes_written)
      AS request_bytes,
    max_by(processes, bytes_read + bytes_written) AS processes,
    max_by(shared, bytes_read + bytes_written) AS shared,
    coalesce(
      least(1D, CASE
        WHEN bool_or(shared) THEN greatest(0D, 2 * try_divide(
          sum(CAST(sequential_reads AS DOUBLE)) + sum(CAST(sequential_writes AS DOUBLE)),
          greatest(0D, sum(CAST(reads AS DOUBLE)) + sum(CAST(writes AS DOUBLE)) - sum(CAST(processes AS DOUBLE)))) - 1)
        ELSE try_divide(
          sum(CAST(consecutive_reads AS DOUBLE)) + sum(CAST(consecutive_writes AS DOUBLE)),
          greatest(0D, sum(CAST(reads AS DOUBLE)) + sum(CAST(writes AS DOUBLE)) - count(*)))
      END),
      1D) AS sequential_share,
    try_divide(sum(CAST(bytes_read AS DOUBLE)), sum(CAST(bytes_read AS DOUBLE)) + sum(CAST(bytes_written AS DOUBLE))) AS read_share
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
  CASE
    WHEN used.request_bytes > 0 THEN struct(
      coalesce(used.read_share < 0.5, true) AS writes,
      used.sequential_share >= 0.5 AS sequential,
      coalesce(used.shared, false) AS shared,
      CAST(least(greatest(round(log2(used.request_bytes)), 12), 26) AS INT) AS request_octave,
      CAST(least(round(log2(greatest(coalesce(used.processes, 1), 1))), 12) AS INT) AS processes_octave)
  END AS use,
  used.opens / span.days AS opens_per_day
FROM used CROSS JOIN span
