-- What other chunk sizes are worth to the cohorts with the most files.
--
-- Inputs:  evidence (fold all, by which the files are advised).
-- Grain:   one row per cohort and other chunk size of at most :cohorts cohorts, from the present chunk size
--          that most of the cohort's files have. Cohorts that every chunk size serves alike are left out.
-- cohort_files  files of the cohort, with any present chunk size
-- files         those with this one
WITH present AS (
  SELECT cohort, from_chunk_bytes, max(files) AS files
  FROM evidence
  WHERE fold = 'all' AND files > 0
  GROUP BY cohort, from_chunk_bytes
  HAVING max(abs(gain_log2)) > 0.01
),
largest AS (
  SELECT
    cohort,
    sum(files) AS cohort_files,
    max(files) AS files,
    max_by(from_chunk_bytes, struct(files, from_chunk_bytes)) AS from_chunk_bytes
  FROM present
  GROUP BY cohort
  ORDER BY cohort_files DESC, cohort
  LIMIT :cohorts
)
SELECT
  largest.cohort,
  largest.cohort_files,
  largest.files,
  evidence.from_chunk_bytes,
  evidence.to_chunk_bytes,
  evidence.gain_log2,
  evidence.gain_se,
  evidence.gain_p10_log2,
  evidence.gain_p90_log2,
  evidence.faster,
  evidence.slower,
  evidence.tier
FROM evidence
JOIN largest ON largest.cohort = evidence.cohort AND largest.from_chunk_bytes = evidence.from_chunk_bytes
WHERE evidence.fold = 'all'
ORDER BY largest.cohort_files DESC, largest.cohort, evidence.to_chunk_bytes
