-- One row per file and run of a job, where a job id left several logs or a log was given more than once.
-- Inputs: logged (access and log_end, keys may repeat), repeated (key_hash: hashes of job_id and
-- path_bytes that occur more than once). Grain: one row per job_id, uid, run_start and path_bytes.
-- Equal rows are one log given twice and count once. Logs of one job id and user that overlap in time
-- are programs of one run: calls, bytes and processes add up, up to 2^60, and seconds are those of the
-- slowest. A log that begins when all earlier ones have ended is a run of its own: the next step of a
-- job, an element of an array of jobs, or another process with a number that was free again.
WITH single AS (
  SELECT logged.*
  FROM logged
  LEFT ANTI JOIN repeated ON xxhash64(logged.job_id, logged.path_bytes) = repeated.key_hash
),
programs AS (
  SELECT
    path, path_bytes, job_id, uid, run_start, log_end, access_start, access_end, processes, shared, opens,
    bytes_read, bytes_written, reads, writes, sequential_reads, sequential_writes, consecutive_reads,
    consecutive_writes, read_seconds, write_seconds, meta_seconds, request_bytes,
    max(source_file) AS source_file
  FROM logged
  LEFT SEMI JOIN repeated ON xxhash64(logged.job_id, logged.path_bytes) = repeated.key_hash
  GROUP BY
    path, path_bytes, job_id, uid, run_start, log_end, access_start, access_end, processes, shared, opens,
    bytes_read, bytes_written, reads, writes, sequential_reads, sequential_writes, consecutive_reads,
    consecutive_writes, read_seconds, write_seconds, meta_seconds, request_bytes
),
after_others AS (
  SELECT
    *,
    coalesce(
      run_start > max(run_start) OVER earlier AND run_start >= max(log_end) OVER earlier,
      false) AS begins_a_run
  FROM programs
  WINDOW earlier AS (
    PARTITION BY job_id, path_bytes, uid
    ORDER BY run_start, log_end, source_file, access_start
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
in_runs AS (
  SELECT
    *,
    count_if(begins_a_run) OVER (
      PARTITION BY job_id, path_bytes, uid
      ORDER BY run_start, log_end, source_file, access_start
      ROWS UNBOUNDED PRECEDING) AS run
  FROM after_others
),
together AS (
  SELECT
    max(path) AS path,
    path_bytes,
    job_id,
    uid,
    min(run_start) AS run_start,
    min(access_start) AS access_start,
    max(access_end) AS access_end,
    cast(least(sum(processes), 2147483647L) AS INT) AS processes,
    sum(processes) > 1 AS shared,
    CAST(least(sum(CAST(opens AS DECIMAL(19, 0))), 1152921504606846976) AS BIGINT) AS opens,
    CAST(least(sum(CAST(bytes_read AS DECIMAL(19, 0))), 1152921504606846976) AS BIGINT) AS bytes_read,
    CAST(least(sum(CAST(bytes_written AS DECIMAL(19, 0))), 1152921504606846976) AS BIGINT) AS bytes_written,
    CAST(least(sum(CAST(reads AS DECIMAL(19, 0))), 1152921504606846976) AS BIGINT) AS reads,
    CAST(least(sum(CAST(writes AS DECIMAL(19, 0))), 1152921504606846976) AS BIGINT) AS writes,
    CAST(least(sum(CAST(sequential_reads AS DECIMAL(19, 0))), 1152921504606846976) AS BIGINT) AS sequential_reads,
    CAST(least(sum(CAST(sequential_writes AS DECIMAL(19, 0))), 1152921504606846976) AS BIGINT) AS sequential_writes,
    CAST(least(sum(CAST(consecutive_reads AS DECIMAL(19, 0))), 1152921504606846976) AS BIGINT) AS consecutive_reads,
    CAST(least(sum(CAST(consecutive_writes AS DECIMAL(19, 0))), 1152921504606846976) AS BIGINT) AS consecutive_writes,
    max(read_seconds) AS read_seconds,
    max(write_seconds) AS write_seconds,
    max(meta_seconds) AS meta_seconds,
    max_by(request_bytes, reads + writes) AS request_bytes,
    max(source_file) AS source_file
  FROM in_runs
  GROUP BY job_id, path_bytes, uid, run
)
SELECT
  path, path_bytes, job_id, uid, run_start, access_start, access_end, processes, shared, opens, bytes_read,
  bytes_written, reads, writes, sequential_reads, sequential_writes, consecutive_reads,
  consecutive_writes, read_seconds, write_seconds, meta_seconds, request_bytes, source_file
FROM single
UNION ALL
SELECT
  path, path_bytes, job_id, uid, run_start, access_start, access_end, processes, shared, opens, bytes_read,
  bytes_written, reads, writes, sequential_reads, sequential_writes, consecutive_reads,
  consecutive_writes, read_seconds, write_seconds, meta_seconds, request_bytes, source_file
FROM together
