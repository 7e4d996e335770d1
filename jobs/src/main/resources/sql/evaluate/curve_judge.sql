-- curve_judge: the curves of the learn fold as a judge of constant chunk sizes, which the history of the
-- test directories then judges.
-- Inputs: file_features, curves
-- Grain:  one row per file whose cohort has a curve
SELECT f.path_bytes, transform(c.log2_gains, g -> g * ln(2D)) AS ln_throughput
FROM file_features AS f
JOIN curves AS c ON c.cohort = f.cohort
