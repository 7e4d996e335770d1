-- root_default: what another chunk size would do to the directories that have the most common one.
-- Inputs: file_io; evidence (fold all)
-- Grain:  one row per storage class and other chunk size that the evidence has an answer for
--   The most common chunk size is that of most directories of the storage class: what the root hands on.
WITH cells AS (
  SELECT
    cohort.storage_class, directory_bytes, chunk_bytes, cohort,
    CAST(sum(CAST(mib_a_day AS DECIMAL(30, 6))) AS DOUBLE) AS mib_a_day
  FROM file_io
  WHERE made
  GROUP BY directory_bytes, chunk_bytes, cohort
),
common AS (
  SELECT storage_class, max_by(chunk_bytes, struct(directories, -chunk_bytes)) AS chunk_bytes
  FROM (
    SELECT storage_class, chunk_bytes, count(DISTINCT directory_bytes) AS directories
    FROM cells
    GROUP BY storage_class, chunk_bytes
  )
  GROUP BY storage_class
),
joined AS (
  SELECT
    c.storage_class, c.chunk_bytes AS current_chunk_bytes, e.to_chunk_bytes AS chunk_bytes, c.directory_bytes,
    c.mib_a_day / pow(2D, e.from_throughput_log2) / 3600D AS hours,
    e.time_saved, e.time_lost, e.gain_p10_log2, e.gain_p90_log2
  FROM cells AS c
  JOIN common AS m ON m.storage_class = c.storage_class AND m.chunk_bytes = c.chunk_bytes
  JOIN evidence AS e ON e.cohort = c.cohort AND e.from_chunk_bytes = c.chunk_bytes
  WHERE e.to_chunk_bytes <> e.from_chunk_bytes
)
SELECT
  storage_class,
  current_chunk_bytes,
  chunk_bytes,
  count(DISTINCT directory_bytes) AS directories,
  CAST(sum(CAST(hours AS DECIMAL(34, 15))) AS DOUBLE) AS hours,
  CAST(sum(CAST(hours * time_saved AS DECIMAL(34, 15))) AS DOUBLE) AS hours_saved,
  CAST(sum(CAST(hours * time_lost AS DECIMAL(34, 15))) AS DOUBLE) AS hours_lost,
  CAST(sum(CAST(hours * (1D - pow(2D, -gain_p10_log2)) AS DECIMAL(34, 15))) AS DOUBLE) AS hours_saved_p10,
  CAST(sum(CAST(hours * (1D - pow(2D, -gain_p90_log2)) AS DECIMAL(34, 15))) AS DOUBLE) AS hours_saved_p90
FROM joined
GROUP BY storage_class, current_chunk_bytes, chunk_bytes
