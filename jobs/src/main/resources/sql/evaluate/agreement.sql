-- agreement: how often the network and the cohort table choose the same where either would change a file.
-- Input:  proposals
-- Grain:  one row; none without a network
SELECT
  count(*) AS files,
  count(DISTINCT directory) AS directories,
  coalesce(
    try_divide(
      count_if(network = table_choice AND network <> current_position),
      count_if(network <> current_position OR table_choice <> current_position)),
    1D) AS agreement
FROM (
  SELECT
    directory,
    current_position,
    element_at(positions, 'mlp') AS network,
    element_at(positions, 'cohort-table') AS table_choice
  FROM proposals
)
WHERE network IS NOT NULL AND table_choice IS NOT NULL
HAVING count(*) > 0
