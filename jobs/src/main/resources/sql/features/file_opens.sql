-- file_opens: how often each entry is opened, of the BeeGFS file events up to :as_of.
-- Input:  file_events
-- Grain:  one row per entry with events
--   opens_per_day  opens over the days from the first to the last event of all logs
--   read_share     opens for reading over opens for reading and for writing; null without opens
WITH past AS (
  SELECT entry_id, day, opens, reads, writes FROM file_events WHERE first_event <= :as_of
),
span AS (
  SELECT datediff(max(day), min(day)) + 1 AS days FROM past
)
SELECT
  past.entry_id,
  sum(past.opens) / CAST(max(span.days) AS DOUBLE) AS opens_per_day,
  try_divide(sum(CAST(past.reads AS DOUBLE)), sum(CAST(past.reads AS DOUBLE)) + sum(CAST(past.writes AS DOUBLE))) AS read_share
FROM past CROSS JOIN span
GROUP BY past.entry_id
