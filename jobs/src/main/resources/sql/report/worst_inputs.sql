-- The input files with the most rejected lines.
--
-- Inputs:  ledger.
-- Grain:   one row per input file with rejects, at most :files.
SELECT source_file, kind, lines, rejected
FROM ledger
WHERE rejected > 0
ORDER BY rejected DESC, source_file
LIMIT :files
