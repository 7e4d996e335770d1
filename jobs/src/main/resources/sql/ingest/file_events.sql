-- file_events: how often each entry was opened on each day.
-- Input:  counted_events (counts of one entry and day, which may come in parts)
-- Grain:  one row per entry_id and day
-- Equal rows are one log given twice and count once; the parts of a day differ in their times.
--   reads   opens read-only or for both
--   writes  opens write-only or for both; or the closes after writing, where they are more: BeeGFS 7
--           and some masks of BeeGFS 8 log no other sign of a writer
--   opens   opens read-only, and the writes
WITH counted_once AS (
  SELECT DISTINCT
    entry_id, path, path_bytes, day, open_reads, open_writes, open_read_writes, closes_after_write,
    events, first_event, last_event
  FROM counted_events
),
together AS (
  SELECT
    entry_id,
    max_by(struct(path, path_bytes), struct(length(path_bytes) > 0, last_event)) AS latest,
    day,
    sum(open_reads) AS open_reads,
    sum(open_read_writes) AS open_read_writes,
    greatest(sum(open_writes) + sum(open_read_writes), sum(closes_after_write)) AS writes,
    sum(events) AS events,
    min(first_event) AS first_event,
    max(last_event) AS last_event
  FROM counted_once
  GROUP BY entry_id, day
)
SELECT
  entry_id,
  latest.path AS path,
  latest.path_bytes AS path_bytes,
  date_from_unix_date(day) AS day,
  open_reads + writes AS opens,
  open_reads + open_read_writes AS reads,
  writes,
  events,
  first_event,
  last_event
FROM together
