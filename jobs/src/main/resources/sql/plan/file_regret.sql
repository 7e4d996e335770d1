-- file_regret: the time that files lose by their chunk size, summed up over the nights.
--
-- Inputs:  recommendations; file_features (path_bytes, cohort, access_frequency_log2, id_base_time);
--          speeds (of cohorts, at present chunk sizes); further_paths (links/further_paths.sql);
--          carried (file_regret of the previous run).
-- Grain:   one row per file with a sum above 0 whose sum goes on, or whose regret would reach the cost
--          of its copy in :regret_days; a file with more than one hard link stands under its first
--          path.
--
-- access_s              size over the throughput of the file's cohort at the current chunk size;
--                       without evidence, over :copy_bytes_per_s
-- gain_p20              20 % quantile of the log-normal gain, out of its mean and 10 % quantile
-- regret_s_per_day      opens per day * access_s * (1 - 1 / gain_p20), at least 0; 0 where no local
--                       data supports the advice or nobody knows how often the file is opened
-- days                  since the as-of of the previous run, :elapsed_days, so that a missing night
--                       loses nothing and one that is repeated adds nothing; at most the file's age
-- accumulated_regret_s  sum of the previous run, of the same path, EntryID and chunk size, and
--                       regret_s_per_day * days
-- Files of no advice and no sum are left out before their features are looked up: most of a namespace.
WITH followed AS (
  SELECT
    r.path,
    r.path_bytes,
    r.entry_id,
    r.size_bytes,
    r.current_chunk_bytes,
    r.expected_gain,
    r.gain_p10,
    r.rewrite_cost_s,
    r.action IN ('set-directory', 'rewrite') AS advised,
    coalesce(p.accumulated_regret_s, 0D) AS carried_regret_s,
    coalesce(p.regret_nights, 0) AS carried_nights
  FROM recommendations AS r
  LEFT ANTI JOIN further_paths ON further_paths.path_bytes = r.path_bytes
  LEFT JOIN carried AS p
    ON p.path_bytes = r.path_bytes AND p.entry_id = r.entry_id AND p.current_chunk_bytes = r.current_chunk_bytes
  WHERE r.action IN ('set-directory', 'rewrite') OR p.accumulated_regret_s > 0
),
tonight AS (
  SELECT
    r.*,
    CASE
      WHEN r.advised THEN coalesce(
        greatest(
          0D,
          (pow(2D, f.access_frequency_log2) - 1D)
            * coalesce(
                r.size_bytes / 1048576D / pow(2D, c.from_throughput_log2),
                r.size_bytes / :copy_bytes_per_s)
            -- gain_p20
            * (1D - 1D / (r.expected_gain * pow(r.gain_p10 / r.expected_gain, 0.8416D / 1.2816D)))),
        0D)
      ELSE 0D
    END AS regret_s_per_day,
    CASE
      WHEN f.id_base_time IS NULL THEN :elapsed_days
      ELSE least(:elapsed_days, greatest(0D, (unix_micros(:as_of) - unix_micros(f.id_base_time)) / 86400e6D))
    END AS days
  FROM followed AS r
  LEFT JOIN file_features AS f ON f.path_bytes = r.path_bytes
  LEFT JOIN speeds AS c
    ON c.cohort = f.cohort AND c.from_chunk_bytes = least(greatest(r.current_chunk_bytes, 65536), 8388608)
)
SELECT
  path,
  path_bytes,
  entry_id,
  current_chunk_bytes,
  regret_s_per_day,
  carried_regret_s + regret_s_per_day * days AS accumulated_regret_s,
  carried_nights + CASE WHEN regret_s_per_day * days > 0 THEN 1 ELSE 0 END AS regret_nights,
  rewrite_cost_s
FROM tonight
WHERE carried_regret_s > 0
  OR (regret_s_per_day * days > 0 AND regret_s_per_day * :regret_days >= rewrite_cost_s)
