-- outcomes: what came of changes of directories' chunk sizes.
-- Inputs: carried (outcomes of the previous run); promised (path, path_bytes, part, current_chunk_bytes,
--         recommended_chunk_bytes, expected_gain, gain_p10, gain_p90, net_hours: what tonight's plan sets); directories
--         (path_bytes, chunk_bytes: of the inventory); pattern_changes; observations
-- Grain:  one row per directory and new chunk size
--   measured_gain  of the observations of the directory: mean log2 throughput with the new chunk size less that
--                  with the old, for each use and size of the files that has both, weighed by n1 n2 / (n1 + n2).
--                  The interval is of 1.96 standard errors: the variance within a directory, use, size and chunk
--                  size is pooled over the site, at least 0.02
--   verdict        faster or slower where the interval excludes 1, alike where it lies within 5 % of 1
WITH known AS (
  SELECT
    path, path_bytes, origin, old_chunk_bytes, new_chunk_bytes, promised_on, promised_gain, promised_p10, promised_p90,
    promised_hours, followed_on, seen_on
  FROM carried
  WHERE seen_on >= date_sub(CAST(:run_date AS DATE), :carry_days)
),
proposed AS (
  SELECT
    p.path, p.path_bytes, p.part AS origin, p.current_chunk_bytes AS old_chunk_bytes,
    p.recommended_chunk_bytes AS new_chunk_bytes, CAST(:run_date AS DATE) AS promised_on,
    p.expected_gain AS promised_gain, p.gain_p10 AS promised_p10, p.gain_p90 AS promised_p90,
    p.net_hours AS promised_hours, CAST(NULL AS DATE) AS followed_on, CAST(:run_date AS DATE) AS seen_on
  FROM promised AS p
  LEFT ANTI JOIN known AS k ON k.path_bytes = p.path_bytes AND k.new_chunk_bytes = p.recommended_chunk_bytes
),
by_hand AS (
  SELECT
    c.path, c.path_bytes, 'hand' AS origin, c.old_chunk_bytes, c.new_chunk_bytes, CAST(NULL AS DATE) AS promised_on,
    CAST(NULL AS DOUBLE) AS promised_gain, CAST(NULL AS DOUBLE) AS promised_p10, CAST(NULL AS DOUBLE) AS promised_p90,
    CAST(NULL AS DOUBLE) AS promised_hours, max(c.new_run_date) AS followed_on, CAST(:run_date AS DATE) AS seen_on
  FROM pattern_changes AS c
  LEFT ANTI JOIN known AS k ON k.path_bytes = c.path_bytes AND k.new_chunk_bytes = c.new_chunk_bytes
  WHERE c.kind = 'directory' AND c.source = 'inventories'
  GROUP BY c.path, c.path_bytes, c.old_chunk_bytes, c.new_chunk_bytes
),
all_of_them AS (
  SELECT * FROM known UNION ALL SELECT * FROM proposed UNION ALL SELECT * FROM by_hand
),
seen AS (
  SELECT
    a.*,
    d.chunk_bytes AS chunk_now,
    row_number() OVER (PARTITION BY a.path_bytes, a.new_chunk_bytes ORDER BY a.promised_on, a.old_chunk_bytes) AS place
  FROM all_of_them AS a
  LEFT JOIN directories AS d ON d.path_bytes = a.path_bytes
),
means AS (
  SELECT
    directory, cohort.use, cohort.size_octave, chunk_bytes,
    count(*) AS n,
    CAST(sum(CAST(log2_throughput AS DECIMAL(24, 12))) AS DOUBLE) / count(*) AS mean,
    CAST(sum(CAST(log2_throughput * log2_throughput AS DECIMAL(24, 12))) AS DOUBLE) AS square
  FROM observations
  WHERE weight > 0 AND source <> 'sweep' AND directory IN (SELECT path FROM seen)
  GROUP BY directory, cohort.use, cohort.size_octave, chunk_bytes
),
noise AS (
  SELECT greatest(0.02D, coalesce(
    CAST(sum(CAST(square - n * mean * mean AS DECIMAL(24, 12))) AS DOUBLE) / nullif(sum(n - 1), 0), 0.0625D)) AS variance
  FROM means
),
contrasts AS (
  SELECT
    s.path_bytes,
    s.new_chunk_bytes,
    sum(o.n) AS files_before,
    sum(m.n) AS files_after,
    CAST(sum(CAST((m.mean - o.mean) * m.n * o.n / (m.n + o.n) AS DECIMAL(24, 12))) AS DOUBLE)
      / CAST(sum(CAST(CAST(m.n AS DOUBLE) * o.n / (m.n + o.n) AS DECIMAL(24, 12))) AS DOUBLE) AS gain,
    1.96D * sqrt(any_value(noise.variance)
      / CAST(sum(CAST(CAST(m.n AS DOUBLE) * o.n / (m.n + o.n) AS DECIMAL(24, 12))) AS DOUBLE)) AS error
  FROM seen AS s
  JOIN means AS m ON m.directory = s.path AND m.chunk_bytes = s.new_chunk_bytes
  JOIN means AS o
    ON o.directory = s.path AND o.chunk_bytes = s.old_chunk_bytes AND o.use = m.use AND o.size_octave = m.size_octave
  CROSS JOIN noise
  WHERE s.place = 1
  GROUP BY s.path_bytes, s.new_chunk_bytes
)
SELECT
  s.path,
  s.path_bytes,
  s.origin,
  s.old_chunk_bytes,
  s.new_chunk_bytes,
  s.promised_on,
  s.promised_gain,
  s.promised_p10,
  s.promised_p90,
  s.promised_hours,
  coalesce(s.followed_on, if(s.chunk_now = s.new_chunk_bytes, CAST(:run_date AS DATE), NULL)) AS followed_on,
  pow(2D, c.gain) AS measured_gain,
  pow(2D, c.gain - c.error) AS measured_low,
  pow(2D, c.gain + c.error) AS measured_high,
  coalesce(c.files_before, 0) AS files_before,
  coalesce(c.files_after, 0) AS files_after,
  CASE
    WHEN s.followed_on IS NULL AND NOT coalesce(s.chunk_now = s.new_chunk_bytes, false) THEN 'waiting'
    WHEN c.gain - c.error > 0 THEN 'faster'
    WHEN c.gain + c.error < 0 THEN 'slower'
    WHEN c.gain - c.error > log2(0.95D) AND c.gain + c.error < -log2(0.95D) THEN 'alike'
    ELSE 'open'
  END AS verdict,
  if(s.chunk_now IS NULL, s.seen_on, CAST(:run_date AS DATE)) AS seen_on
FROM seen AS s
LEFT JOIN contrasts AS c ON c.path_bytes = s.path_bytes AND c.new_chunk_bytes = s.new_chunk_bytes
WHERE s.place = 1
