-- truth_judge: the hidden truth of a simulated site as a judge.
-- Input:  truth
-- Grain:  one row per file
SELECT path_bytes, transform(throughput_mib_s, t -> ln(t)) AS ln_throughput FROM truth
