-- The policies compared.
--
-- Inputs:  evaluation.
-- Grain:   one row per basis, policy and metric: bounded by the lists of policies and metrics.
SELECT basis, policy, metric, value, low, high, files, directories
FROM evaluation
ORDER BY
  basis,
  array_position(
    array('history', 'keep', 'default-512k', 'default-1m', 'size-rule', 'request-rule', 'best-constant', 'knn', 'gbt',
      'cohort-table-raw', 'cohort-table', 'mlp-raw', 'mlp', 'oracle'),
    policy),
  policy,
  metric
