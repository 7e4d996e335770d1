-- site_hours: hours of I/O a day of all new files.
-- Inputs: file_io; speeds (cohort, from_chunk_bytes, from_throughput_log2)
-- Grain:  one row
SELECT
  CAST(sum(CAST(f.mib_a_day / pow(2D, s.from_throughput_log2) / 3600D AS DECIMAL(34, 15))) AS DOUBLE) AS hours
FROM file_io AS f
JOIN speeds AS s ON s.cohort = f.cohort AND s.from_chunk_bytes = f.chunk_bytes
WHERE f.made
