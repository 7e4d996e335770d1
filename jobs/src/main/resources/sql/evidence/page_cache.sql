-- page_cache: the responses with a flag for reads that were served from the client's memory.
-- Input:  responses (the union of the sources)
-- Grain:  one row per response
--   Reads from memory reach the same speed whatever is read and however it is striped. That speed is
--   the median of all logged reads that are 6 times (2.5 octaves) faster than the slow reads (10 %
--   quantile) of their own kind, or where it has fewer than 20 of all with such requests; it is believed when there are 30 of them within a factor of 1.7
--   (0.75 octaves) of each other.
--   page_cache  within three deviations of the speed of memory, where the slow reads of its kind are
--               slower than half of that; null where the direction is not known
WITH kinds AS (
  SELECT
    *,
    count(*) OVER arm AS arm_files,
    percentile_approx(log2_throughput, 0.1) OVER arm AS arm_slow,
    count(*) OVER kind AS kind_files,
    percentile_approx(log2_throughput, 0.1) OVER kind AS kind_slow,
    percentile_approx(log2_throughput, 0.1) OVER wide AS wide_slow
  FROM responses
  WINDOW
    arm AS (PARTITION BY source, reading, cohort, chunk_bytes),
    kind AS (PARTITION BY source, reading, cohort.storage_class, cohort.targets, cohort.use),
    wide AS (PARTITION BY source, reading, cohort.storage_class, cohort.use.sequential, cohort.use.shared,
      cohort.use.request_octave)
),
placed AS (
  SELECT
    *,
    CASE
      WHEN arm_files >= 20 THEN arm_slow
      WHEN kind_files >= 20 THEN least(arm_slow, kind_slow)
      ELSE least(arm_slow, kind_slow, wide_slow)
    END AS slow
  FROM kinds
),
memory AS (
  SELECT
    percentile(log2_throughput, 0.5) AS speed,
    (percentile(log2_throughput, 0.75) - percentile(log2_throughput, 0.25)) / 1.349 AS deviation,
    count(*) AS files
  FROM placed
  WHERE reading AND source = 'darshan' AND log2_throughput > slow + 2.5
)
SELECT
  placed.*,
  reading AND source = 'darshan'
    AND coalesce(
      memory.files >= 30
        AND memory.deviation < 0.75
        AND slow < memory.speed - 1
        AND abs(log2_throughput - memory.speed) <= 3 * greatest(memory.deviation, 0.1),
      false) AS page_cache
FROM placed CROSS JOIN memory
