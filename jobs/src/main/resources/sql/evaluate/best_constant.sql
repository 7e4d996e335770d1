-- best_constant: the one chunk size that serves the training directories best.
-- Inputs: training (file_features of the training directories), judge
-- Grain:  one row, none without judged files; position 0 is 64 KiB
SELECT position
FROM (
  SELECT posexplode(j.ln_throughput) AS (position, ln_throughput)
  FROM training AS f JOIN judge AS j ON j.path_bytes = f.path_bytes
)
GROUP BY position
ORDER BY avg(ln_throughput) DESC, position
LIMIT 1
