-- suffixes: which request a file of each suffix is expected to have.
-- Input:  habits
-- Grain:  one row per suffix with logged files
--   directories             directories with such files
--   file_type_request_log2  log2 bytes, mean over the directories, shrunk toward that of all as by one
WITH means AS (
  SELECT suffix, directory, sum(files * request_log2) / sum(files) AS request_log2
  FROM habits
  WHERE level = 4
  GROUP BY suffix, directory
),
site AS (
  SELECT avg(request_log2) AS request_log2 FROM means
)
SELECT
  suffix,
  count(*) AS directories,
  (sum(means.request_log2) + any_value(site.request_log2)) / (count(*) + 1) AS file_type_request_log2
FROM means CROSS JOIN site
GROUP BY suffix
