-- regret: the throughput lost against the best chunk size by the unluckiest twentieth of the files.
-- Input:  judged
-- Grain:  one row per policy
SELECT policy, percentile_approx(1 - exp(regret), 0.95, 10000) AS regret_p95
FROM judged
GROUP BY policy
