-- The policies compared.
--
-- Inputs:  evaluation.
-- Grain:   one row per basis, policy and metric: bounded by the lists of policies and metrics.
SELECT basis, policy, metric, value, low, high, files, directories
FROM evaluation
ORDER BY
  basis,
  array_position(
    array('keep', 'default-512k', 'request-rule', 'best-constant', 'cohort-table', 'mlp-raw', 'mlp', 'oracle'),
    policy),
  policy,
  metric
