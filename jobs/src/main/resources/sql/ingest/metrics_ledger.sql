-- Ledger of the metrics files: the sums over their splits. A file that cannot be read in any split
-- counts as one rejected record.
-- Inputs: ledgers (one row per split), metrics (duplicates: rows with a file), input_files.
-- Grain: one row per input file; lines = accepted + rejected + comments + blanks + unknown.
WITH file_ledger AS (
  SELECT
    file,
    max(format = 'unreadable') AS unreadable,
    max(format) AS format,
    sum(bytes) AS bytes,
    sum(lines) AS lines,
    sum(accepted) AS accepted,
    sum(rejected) AS rejected,
    sum(comments) AS comments,
    sum(blanks) AS blanks,
    sum(unknown) AS unknown
  FROM ledgers
  GROUP BY file
),
file_duplicates AS (
  SELECT file, sum(duplicates) AS duplicates
  FROM metrics
  WHERE file IS NOT NULL
  GROUP BY file
)
SELECT
  f.source_file,
  'metrics' AS kind,
  if(l.unreadable, 'unreadable', l.format) AS format,
  l.bytes,
  if(l.unreadable, CAST(1 AS BIGINT), l.lines) AS lines,
  if(l.unreadable, CAST(0 AS BIGINT), l.accepted) AS accepted,
  if(l.unreadable, CAST(1 AS BIGINT), l.rejected) AS rejected,
  if(l.unreadable, CAST(0 AS BIGINT), l.comments) AS comments,
  if(l.unreadable, CAST(0 AS BIGINT), l.blanks) AS blanks,
  if(l.unreadable, CAST(0 AS BIGINT), l.unknown) AS unknown,
  coalesce(d.duplicates, CAST(0 AS BIGINT)) AS duplicates
FROM file_ledger l
JOIN input_files f ON f.file = l.file
LEFT JOIN file_duplicates d ON d.file = l.file
