-- outlook_truth: what new files get that are made under the plan, by the truth of a simulated site.
-- Inputs: file_io; truth; planned (trust, path_bytes, chunk_bytes); levels (trust)
-- Grain:  one row per level of trust
WITH timed AS (
  SELECT
    l.trust,
    f.mib_a_day / 3600D AS mib,
    element_at(t.throughput_mib_s, CAST(log2(f.chunk_bytes) AS INT) - 15) AS now,
    element_at(t.throughput_mib_s, CAST(log2(coalesce(p.chunk_bytes, f.chunk_bytes)) AS INT) - 15) AS then,
    array_max(t.throughput_mib_s) AS best
  FROM file_io AS f
  JOIN truth AS t ON t.path_bytes = f.path_bytes
  CROSS JOIN levels AS l
  LEFT JOIN planned AS p ON p.trust = l.trust AND p.path_bytes = f.directory_bytes
  WHERE f.made
),
sums AS (
  SELECT
    trust,
    CAST(sum(CAST(mib / now AS DECIMAL(34, 15))) AS DOUBLE) AS hours,
    CAST(sum(CAST(mib * greatest(0D, 1D / now - 1D / then) AS DECIMAL(34, 15))) AS DOUBLE) AS hours_saved,
    CAST(sum(CAST(mib * greatest(0D, 1D / then - 1D / now) AS DECIMAL(34, 15))) AS DOUBLE) AS hours_lost,
    CAST(sum(CAST(mib * (1D / now - 1D / best) AS DECIMAL(34, 15))) AS DOUBLE) AS hours_avoidable,
    count_if(then < 0.95D * now) / count(*) AS slower_share,
    exp(CAST(sum(CAST(ln(then / best) AS DECIMAL(34, 15))) AS DOUBLE) / count(*)) AS ratio_to_oracle
  FROM timed
  GROUP BY trust
)
SELECT
  s.trust,
  'truth' AS basis,
  coalesce(p.directories, 0L) AS directories,
  s.hours,
  s.hours_saved,
  s.hours_lost,
  s.hours_saved - s.hours_lost AS hours_saved_p10,
  s.hours_saved - s.hours_lost AS hours_saved_p90,
  s.hours_avoidable,
  s.slower_share,
  s.ratio_to_oracle
FROM sums AS s
LEFT JOIN (SELECT trust, count(*) AS directories FROM planned GROUP BY trust) AS p ON p.trust = s.trust
