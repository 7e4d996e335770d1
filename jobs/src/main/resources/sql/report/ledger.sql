-- The ledger of the ingest.
--
-- Inputs:  ledger.
-- Grain:   one row per kind and format of input.
-- unbalanced  files whose lines are not accepted + rejected + comments + blanks + unknown
SELECT
  kind,
  format,
  count(*) AS input_files,
  sum(bytes) AS bytes,
  sum(lines) AS lines,
  sum(accepted) AS accepted,
  sum(rejected) AS rejected,
  sum(comments) AS comments,
  sum(blanks) AS blanks,
  sum(unknown) AS unknown,
  sum(duplicates) AS duplicates,
  count_if(lines <> accepted + rejected + comments + blanks + unknown) AS unbalanced
FROM ledger
GROUP BY kind, format
ORDER BY kind, format
