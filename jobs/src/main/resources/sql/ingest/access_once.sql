-- One row per job and file, where a job left several logs or a log was given more than once.
-- Inputs: logged (access, keys may repeat), repeated (key_hash: hashes of job_id and path_bytes that
-- occur more than once). Grain: one row per job_id and path_bytes.
-- Equal rows are one log given twice and count once. Other rows are programs of one job: calls,
-- bytes and processes add up, seconds are those of the slowest.
WITH single AS (
  SELECT logged.*
  FROM logged
  LEFT ANTI JOIN repeated ON xxhash64(logged.job_id, logged.path_bytes) = repeated.key_hash
),
programs AS (
  SELECT
    path, path_bytes, job_id, uid, access_start, access_end, processes, shared, opens, bytes_read,
    bytes_written, reads, writes, sequential_reads, sequential_writes, consecutive_reads,
    consecutive_writes, read_seconds, write_seconds, meta_seconds, request_bytes,
    max(source_file) AS source_file
  FROM logged
  LEFT SEMI JOIN repeated ON xxhash64(logged.job_id, logged.path_bytes) = repeated.key_hash
  GROUP BY
    path, path_bytes, job_id, uid, access_start, access_end, processes, shared, opens, bytes_read,
    bytes_written, reads, writes, sequential_reads, sequential_writes, consecutive_reads,
    consecutive_writes, read_seconds, write_seconds, meta_seconds, request_bytes
),
together AS (
  SELECT
    max(path) AS path,
    path_bytes,
    job_id,
    max(uid) AS uid,
    min(access_start) AS access_start,
    max(access_end) AS access_end,
    cast(least(sum(processes), 2147483647L) AS INT) AS processes,
    sum(processes) > 1 AS shared,
    coalesce(try_sum(opens), if(count(opens) > 0, 9223372036854775807L, NULL)) AS opens,
    coalesce(try_sum(bytes_read), if(count(bytes_read) > 0, 9223372036854775807L, NULL)) AS bytes_read,
    coalesce(try_sum(bytes_written), if(count(bytes_written) > 0, 9223372036854775807L, NULL)) AS bytes_written,
    coalesce(try_sum(reads), if(count(reads) > 0, 9223372036854775807L, NULL)) AS reads,
    coalesce(try_sum(writes), if(count(writes) > 0, 9223372036854775807L, NULL)) AS writes,
    coalesce(try_sum(sequential_reads), if(count(sequential_reads) > 0, 9223372036854775807L, NULL)) AS sequential_reads,
    coalesce(try_sum(sequential_writes), if(count(sequential_writes) > 0, 9223372036854775807L, NULL)) AS sequential_writes,
    coalesce(try_sum(consecutive_reads), if(count(consecutive_reads) > 0, 9223372036854775807L, NULL)) AS consecutive_reads,
    coalesce(try_sum(consecutive_writes), if(count(consecutive_writes) > 0, 9223372036854775807L, NULL)) AS consecutive_writes,
    max(read_seconds) AS read_seconds,
    max(write_seconds) AS write_seconds,
    max(meta_seconds) AS meta_seconds,
    max_by(request_bytes, reads + writes) AS request_bytes,
    max(source_file) AS source_file
  FROM programs
  GROUP BY job_id, path_bytes
)
SELECT
  path, path_bytes, job_id, uid, access_start, access_end, processes, shared, opens, bytes_read,
  bytes_written, reads, writes, sequential_reads, sequential_writes, consecutive_reads,
  consecutive_writes, read_seconds, write_seconds, meta_seconds, request_bytes, source_file
FROM single
UNION ALL
SELECT
  path, path_bytes, job_id, uid, access_start, access_end, processes, shared, opens, bytes_read,
  bytes_written, reads, writes, sequential_reads, sequential_writes, consecutive_reads,
  consecutive_writes, read_seconds, write_seconds, meta_seconds, request_bytes, source_file
FROM together
