-- choices: the chunk size that each level of trust would give a directory.
-- Inputs: arms (directory_arms.sql with trust), prices (trust, price: what a lost hour costs in saved ones)
-- Grain:  one row per level of trust and directory with a chunk size that is worth its risk
SELECT /*+ BROADCAST(p) */
  a.trust,
  a.path_bytes,
  max_by(
    struct(
      a.path, a.current_chunk_bytes, a.recommended_chunk_bytes, a.advised_files, a.files, a.new_files, a.bytes,
      a.hours, a.hours_saved, a.hours_lost, a.hours_local, a.hours_measured, a.gain_log2, a.gain_p10_log2, a.gain_p90_log2, a.kind),
    struct(a.hours_saved - p.price * a.hours_lost, -a.recommended_chunk_bytes)) AS arm
FROM arms AS a
JOIN prices AS p ON p.trust = a.trust
WHERE a.hours_saved - p.price * a.hours_lost > 0
GROUP BY a.trust, a.path_bytes
