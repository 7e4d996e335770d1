-- published_proposals: the table proposals.
-- Input:  proposals (of the held-out files as they are)
-- Grain:  one row per file
--   network_id           :network; null where that is empty
--   network_chunk_bytes, table_chunk_bytes   64 KiB to 8 MiB
SELECT
  path_bytes,
  directory,
  chunk_bytes,
  nullif(:network, '') AS network_id,
  network_log2_kib,
  CAST(shiftleft(65536L, element_at(positions, 'mlp')) AS BIGINT) AS network_chunk_bytes,
  CAST(shiftleft(65536L, element_at(positions, 'cohort-table')) AS BIGINT) AS table_chunk_bytes
FROM proposals
