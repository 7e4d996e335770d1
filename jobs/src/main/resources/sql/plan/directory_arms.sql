-- directory_arms: what each proposed chunk size would do to the new files of a directory.
-- Inputs: file_io; evidence (fold all, from and to another chunk size)
-- Grain:  one row per directory and chunk size that the network proposes, or the advice names, for a file of it
--   hours          hours of I/O a day of its new files with the chunk size that new files get now, where the
--                  evidence has an answer; hours_saved, hours_lost  of these expected
--   hours_local    of these what rests on measured or changed evidence; hours_measured  on measured
--   gain_log2 ...  means over the hours; where no new file is known, over the bytes
--   kind           use of the logged files of most hours; null where no file of it is logged
-- Sums are decimal, so that the order of the rows cannot change the last digit.
-- Files are first added up to cells of one cohort, so that no list of files is held.
WITH cells AS (
  SELECT
    directory_bytes,
    any_value(directory) AS directory,
    chunk_bytes,
    cohort,
    count(*) AS files,
    count_if(made) AS new_files,
    sum(CAST(size_bytes AS DECIMAL(38, 0))) AS bytes,
    sum(CAST(mib_a_day AS DECIMAL(30, 6))) AS mib_a_day
  FROM file_io
  GROUP BY directory_bytes, chunk_bytes, cohort
),
proposals AS (
  SELECT
    directory_bytes,
    explode(array_distinct(array(proposed_bytes, recommended_chunk_bytes))) AS to_bytes,
    recommended_chunk_bytes,
    chunk_bytes
  FROM file_io
),
arms AS (
  SELECT directory_bytes, to_bytes, count_if(recommended_chunk_bytes = to_bytes) AS advised_files
  FROM proposals
  WHERE to_bytes <> chunk_bytes AND to_bytes BETWEEN :min_bytes AND :max_bytes
  GROUP BY directory_bytes, to_bytes
),
joined AS (
  SELECT /*+ BROADCAST(e) */
    c.directory_bytes,
    c.directory,
    c.chunk_bytes,
    a.to_bytes,
    a.advised_files,
    c.cohort,
    c.files,
    c.new_files,
    c.bytes,
    e.gain_log2, e.gain_p10_log2, e.gain_p90_log2, e.slower, e.time_saved, e.time_lost, e.tier,
    CAST(c.mib_a_day AS DOUBLE) / pow(2D, e.from_throughput_log2) / 3600D AS hours,
    -- So that a directory without new files has figures too: their bytes decide, at no weight beside hours.
    (CAST(c.mib_a_day AS DOUBLE) + CAST(c.bytes AS DOUBLE) * 1e-12 + 1e-9) / pow(2D, e.from_throughput_log2) AS w
  FROM cells AS c
  JOIN arms AS a ON a.directory_bytes = c.directory_bytes
  LEFT JOIN evidence AS e
    ON e.cohort = c.cohort AND e.from_chunk_bytes = c.chunk_bytes AND e.to_chunk_bytes = a.to_bytes
)
SELECT
  directory_bytes AS path_bytes,
  any_value(directory) AS path,
  max_by(chunk_bytes, struct(files, -chunk_bytes)) AS current_chunk_bytes,
  to_bytes AS recommended_chunk_bytes,
  any_value(advised_files) AS advised_files,
  sum(files) AS files,
  sum(new_files) AS new_files,
  sum(bytes) AS bytes,
  CAST(sum(CAST(hours AS DECIMAL(34, 15))) AS DOUBLE) AS hours,
  CAST(sum(CAST(hours * time_saved AS DECIMAL(34, 15))) AS DOUBLE) AS hours_saved,
  CAST(sum(CAST(hours * time_lost AS DECIMAL(34, 15))) AS DOUBLE) AS hours_lost,
  CAST(sum(CAST(if(tier = 'predicted', 0D, hours) AS DECIMAL(34, 15))) AS DOUBLE) AS hours_local,
  CAST(sum(CAST(if(tier = 'measured', hours, 0D) AS DECIMAL(34, 15))) AS DOUBLE) AS hours_measured,
  CAST(sum(CAST(new_files * slower AS DECIMAL(34, 15))) AS DOUBLE) / nullif(sum(new_files), 0) AS slower_share,
  CAST(sum(CAST(w * gain_log2 AS DECIMAL(34, 15))) AS DOUBLE) / CAST(sum(CAST(w AS DECIMAL(34, 15))) AS DOUBLE) AS gain_log2,
  CAST(sum(CAST(w * gain_p10_log2 AS DECIMAL(34, 15))) AS DOUBLE) / CAST(sum(CAST(w AS DECIMAL(34, 15))) AS DOUBLE) AS gain_p10_log2,
  CAST(sum(CAST(w * gain_p90_log2 AS DECIMAL(34, 15))) AS DOUBLE) / CAST(sum(CAST(w AS DECIMAL(34, 15))) AS DOUBLE) AS gain_p90_log2,
  max_by(
    named_struct(
      'storage_class', cohort.storage_class, 'targets', cohort.targets, 'writes', cohort.use.writes,
      'sequential', cohort.use.sequential, 'shared', cohort.use.shared, 'request_octave', cohort.use.request_octave),
    struct(w, cohort)) FILTER (WHERE cohort.use IS NOT NULL) AS kind
FROM joined
WHERE gain_log2 IS NOT NULL
GROUP BY directory_bytes, to_bytes
