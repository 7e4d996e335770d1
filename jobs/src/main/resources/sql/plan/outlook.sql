-- outlook: what new files get that are made under the plan, as the evidence expects it.
-- Inputs: file_io; evidence (fold all); planned (trust, path_bytes, chunk_bytes: the directories that each level of
--         trust would set); levels (trust)
-- Grain:  one row per level of trust
WITH cells AS (
  SELECT
    directory_bytes, chunk_bytes, cohort,
    count_if(made) AS new_files,
    CAST(sum(CAST(mib_a_day AS DECIMAL(30, 6))) AS DOUBLE) AS mib_a_day
  FROM file_io
  WHERE made
  GROUP BY directory_bytes, chunk_bytes, cohort
),
best AS (
  SELECT
    cohort, from_chunk_bytes, max(from_throughput_log2) AS from_throughput_log2,
    max(time_saved - time_lost) AS avoidable
  FROM evidence
  GROUP BY cohort, from_chunk_bytes
),
placed AS (
  SELECT
    l.trust,
    c.new_files,
    c.mib_a_day / pow(2D, b.from_throughput_log2) / 3600D AS hours,
    greatest(0D, b.avoidable) AS avoidable,
    e.*
  FROM cells AS c
  CROSS JOIN levels AS l
  JOIN best AS b ON b.cohort = c.cohort AND b.from_chunk_bytes = c.chunk_bytes
  LEFT JOIN planned AS p ON p.trust = l.trust AND p.path_bytes = c.directory_bytes
  LEFT JOIN evidence AS e
    ON e.cohort = c.cohort AND e.from_chunk_bytes = c.chunk_bytes AND e.to_chunk_bytes = p.chunk_bytes
),
sums AS (
  SELECT
    trust,
    CAST(sum(CAST(hours AS DECIMAL(34, 15))) AS DOUBLE) AS hours,
    CAST(sum(CAST(coalesce(hours * time_saved, 0D) AS DECIMAL(34, 15))) AS DOUBLE) AS hours_saved,
    CAST(sum(CAST(coalesce(hours * time_lost, 0D) AS DECIMAL(34, 15))) AS DOUBLE) AS hours_lost,
    CAST(sum(CAST(coalesce(hours * (1D - pow(2D, -gain_p10_log2)), 0D) AS DECIMAL(34, 15))) AS DOUBLE)
      AS hours_saved_p10,
    CAST(sum(CAST(coalesce(hours * (1D - pow(2D, -gain_p90_log2)), 0D) AS DECIMAL(34, 15))) AS DOUBLE)
      AS hours_saved_p90,
    CAST(sum(CAST(hours * avoidable AS DECIMAL(34, 15))) AS DOUBLE) AS hours_avoidable,
    CAST(sum(CAST(coalesce(new_files * slower, 0D) AS DECIMAL(34, 15))) AS DOUBLE) / nullif(sum(new_files), 0)
      AS slower_share
  FROM placed
  GROUP BY trust
)
SELECT
  s.trust,
  'evidence' AS basis,
  coalesce(p.directories, 0L) AS directories,
  s.hours,
  s.hours_saved,
  s.hours_lost,
  s.hours_saved_p10,
  s.hours_saved_p90,
  s.hours_avoidable,
  s.slower_share,
  CAST(NULL AS DOUBLE) AS ratio_to_oracle
FROM sums AS s
LEFT JOIN (SELECT trust, count(*) AS directories FROM planned GROUP BY trust) AS p ON p.trust = s.trust
