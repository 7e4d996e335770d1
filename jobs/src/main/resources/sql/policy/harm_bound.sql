-- harm_bound: how likely one piece of advice may slow a file down, so that in all no more than the
-- budget of the files is slowed down.
-- Inputs: files (file_features), curves
-- Grain:  one row
--   harm_bound  the highest probability of a loss of more than 5 % with which the best chunk size of a
--               curve is still advised: those of lower risk first, until the expected number of
--               harmed files reaches :budget of all. At most :most
WITH counted AS (
  SELECT
    cohort,
    CAST(log2(least(greatest(chunk_bytes, 65536), 8388608)) AS INT) - 16 AS position,
    count(*) AS files,
    sum(count(*)) OVER () AS all_files
  FROM files
  WHERE chunk_bytes IS NOT NULL
  GROUP BY 1, 2
),
placed AS (
  SELECT
    f.files,
    f.all_files,
    f.position,
    c.log2_gains,
    c.faster,
    c.slower,
    CAST(array_position(c.log2_gains, array_max(c.log2_gains)) AS INT) - 1 AS best
  FROM counted AS f
  LEFT JOIN curves AS c ON c.cohort = f.cohort
),
advised AS (
  SELECT
    files,
    all_files,
    get(log2_gains, best) - get(log2_gains, position) AS gain,
    get(faster, best * 8 + position) AS faster,
    get(slower, best * 8 + position) AS slower
  FROM placed
),
steps AS (
  SELECT ceil(slower * 400) / 400 AS risk, sum(files * slower) AS harmed, max(all_files) AS all_files
  FROM advised
  WHERE gain > log2(1 + :tie_fraction) AND (gain >= log2(:small_gain) OR faster >= 0.9D)
  GROUP BY 1
),
summed AS (
  SELECT risk, all_files, sum(harmed) OVER (ORDER BY risk) AS harmed FROM steps
)
SELECT least(
  :most,
  coalesce(
    max(risk) FILTER (WHERE harmed <= :budget * all_files),
    1 / 400D)) AS harm_bound
FROM summed
