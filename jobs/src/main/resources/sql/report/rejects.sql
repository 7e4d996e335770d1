-- Rejected input by reason.
--
-- Inputs:  rejects.
-- Grain:   one row per reason.
SELECT
  reason,
  count(*) AS records,
  count(DISTINCT source_file) AS input_files,
  min(detail) AS example
FROM rejects
GROUP BY reason
ORDER BY records DESC, reason
