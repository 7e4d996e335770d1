-- risk_price: what a certain loss of more than 5 % counts, in octaves of gain, so that of all files no
-- more than the budget is expected to be slowed down by advice.
-- Inputs: files (file_features), curves (advisable)
-- Grain:  one row
--   risk_price  the least of 1/4 to 64, in steps of a quarter of an octave, at which the expected number
--               of harmed files is within :budget of all, where every file gets the chunk size that is
--               worth most at that price; a billion, at which any risk is too much, where none is
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
options AS (
  SELECT
    f.files,
    f.all_files,
    filter(transform(sequence(0, 7), to -> get(c.advisable, to * 8 + f.position)), a -> a IS NOT NULL) AS options
  FROM counted AS f
  JOIN curves AS c ON c.cohort = f.cohort
),
priced AS (
  SELECT
    pow(2D, step / 4D) AS price,
    files,
    all_files,
    array_max(transform(options, a -> struct(a.gain_log2 - pow(2D, step / 4D) * a.slower AS worth, a.slower AS slower)))
      AS best
  FROM options
  LATERAL VIEW explode(sequence(-8, 24)) AS step
),
summed AS (
  SELECT
    price,
    sum(CASE WHEN best.worth > 0 THEN files * best.slower ELSE 0D END) AS harmed,
    max(all_files) AS all_files
  FROM priced
  GROUP BY price
)
SELECT coalesce(min(price) FILTER (WHERE harmed <= :budget * all_files), 1e9D) AS risk_price
FROM summed
