-- evidence_judge: the curves of the test directories alone as a judge of what the others taught.
-- Inputs: file_features, curves (fold judge)
-- Grain:  one row per file whose cohort has observed arms
SELECT f.path_bytes, transform(c.log2_gains, g -> g * ln(2D)) AS ln_throughput
FROM file_features AS f
JOIN curves AS c ON c.cohort = f.cohort
WHERE c.observed
