-- prices: what all directories together would save and lose at each price of a lost hour.
-- Inputs: arms (directory_arms.sql with trust: which levels may use it)
-- Grain:  one row per level of trust and price
--   step   fourth of an octave: the price is 2^(step / 4) saved hours for a lost one
-- Of each directory the chunk size is taken that is worth most at the price, if any is worth something.
WITH priced AS (
  SELECT
    trust, path_bytes, step, hours_saved, hours_lost,
    hours_saved - pow(2D, step / 4D) * hours_lost AS worth
  FROM arms LATERAL VIEW explode(sequence(0, 40)) AS step
),
best AS (
  SELECT trust, path_bytes, step, max_by(struct(hours_saved, hours_lost), worth) AS arm
  FROM priced
  WHERE worth > 0
  GROUP BY trust, path_bytes, step
)
SELECT trust, step, sum(arm.hours_saved) AS hours_saved, sum(arm.hours_lost) AS hours_lost
FROM best
GROUP BY trust, step
