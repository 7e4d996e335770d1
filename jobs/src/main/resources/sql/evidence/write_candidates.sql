-- write_candidates: files that were written in one go inside the metrics, with the write series of
-- their servers.
-- Inputs: file_features, target_nodes, node_minutes
-- Grain:  one row per file, of more than one hard link under its first path: series holds the bytes written per second by its servers, a struct for
--         each server and minute of [creation base time, mtime]
WITH span AS (
  SELECT min(minute) AS first_minute, max(minute) AS last_minute
  FROM node_minutes
  WHERE node_kind = 'storage'
),
written AS (
  SELECT path_bytes, entry_id, links, target_ids, size_bytes, id_base_time, mtime
  FROM file_features CROSS JOIN span
  WHERE size_bytes >= 1048576
    AND chunk_bytes IS NOT NULL
    AND restriction IS NULL
    AND id_base_time >= first_minute
    AND mtime <= last_minute
    AND mtime > id_base_time
    AND unix_seconds(mtime) - unix_seconds(id_base_time) <= 900
),
-- The paths of one file saw one write, not several.
once AS (
  SELECT path_bytes, target_ids, size_bytes, id_base_time, mtime
  FROM written
  WHERE NOT coalesce(links > 1, false)
  UNION ALL
  SELECT first_path.path_bytes, first_path.target_ids, first_path.size_bytes, first_path.id_base_time,
    first_path.mtime
  FROM (
    SELECT min(struct(path_bytes, target_ids, size_bytes, id_base_time, mtime)) AS first_path
    FROM written
    WHERE links > 1
    GROUP BY entry_id
  )
),
sampled AS (
  SELECT * FROM once ORDER BY xxhash64(path_bytes) LIMIT :max_files
),
on_servers AS (
  SELECT DISTINCT s.path_bytes, s.size_bytes, s.id_base_time, s.mtime, t.node_num_id
  FROM (SELECT *, explode(target_ids) AS target_id FROM sampled) AS s
  JOIN target_nodes AS t ON t.target_id = s.target_id
),
minutes AS (
  SELECT
    *,
    explode(sequence(date_trunc('MINUTE', id_base_time), date_trunc('MINUTE', mtime), INTERVAL 1 MINUTE))
      AS minute
  FROM on_servers
)
SELECT
  m.path_bytes,
  m.size_bytes,
  unix_seconds(m.id_base_time) AS base_s,
  unix_seconds(m.mtime) AS mtime_s,
  collect_list(struct(unix_seconds(m.minute) AS minute_s, n.write_bytes_by_second AS bytes)) AS series
FROM minutes AS m
JOIN node_minutes AS n
  ON n.node_kind = 'storage' AND n.node_num_id = m.node_num_id AND n.minute = m.minute
GROUP BY m.path_bytes, m.size_bytes, m.id_base_time, m.mtime
