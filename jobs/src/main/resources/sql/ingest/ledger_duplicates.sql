-- The ledger with its duplicates counted.
-- Inputs: ledger (ingest_ledger without duplicates), older (rows with source_file that repeat
-- another). Grain: one row per input file.
WITH counts AS (
  SELECT source_file, count(1) AS duplicates
  FROM older
  GROUP BY source_file
)
SELECT
  ledger.source_file,
  ledger.kind,
  ledger.format,
  ledger.bytes,
  ledger.lines,
  ledger.accepted,
  ledger.rejected,
  ledger.comments,
  ledger.blanks,
  ledger.unknown,
  coalesce(counts.duplicates, 0L) AS duplicates
FROM ledger
LEFT JOIN counts ON ledger.source_file = counts.source_file
