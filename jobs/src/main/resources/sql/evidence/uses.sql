-- uses: how the files of an owner and type, of a type, and of the site are used, as far as logs tell.
-- Inputs: file_features, observations
-- Grain:  one row per habit and use
--   habit   OWNER:TYPE, *:TYPE or *:*, as in the cohorts of files without logs
--   use     access class|request, as in a cohort
--   weight  share of the directories that are used so, 0..1, summing to 1 over the eight most common
--           uses of a habit. An owner's habit counts as much as three directories of the type's, a
--           type's as three of the site's. Without any log the uses of the sweeps stand for the
--           site's, and without sweeps an even mix of common ones
WITH logged AS (
  SELECT DISTINCT
    uid,
    file_type,
    parent_path,
    concat(get(split(cohort, '[|]'), 1), '|', get(split(cohort, '[|]'), 3)) AS use
  FROM file_features
  WHERE request_bytes_log2 IS NOT NULL
),
counted AS (
  SELECT uid, file_type, use, count(*) AS directories
  FROM logged
  GROUP BY GROUPING SETS ((uid, file_type, use), (file_type, use), (use))
  -- Files whose owner is not known are no owner's, and must not stand beside the row of all owners.
  HAVING grouping(uid) = 1 OR uid IS NOT NULL
),
assumed AS (
  SELECT use, 1 / count(*) OVER () AS share
  FROM (
    SELECT DISTINCT concat(get(split(cohort, '[|]'), 1), '|', get(split(cohort, '[|]'), 3)) AS use
    FROM observations
    WHERE source = 'sweep'
  )
  UNION ALL
  SELECT use, 1 / 6D
  FROM VALUES ('w-seq-private|r20'), ('r-seq-private|r20'), ('w-seq-private|r22'),
    ('w-seq-shared|r20p4'), ('r-rand-private|r12'), ('r-rand-private|r16') AS common(use)
  WHERE NOT EXISTS (SELECT 1 FROM observations WHERE source = 'sweep')
),
site AS (
  SELECT use, directories / CAST(sum(directories) OVER () AS DOUBLE) AS share
  FROM counted
  WHERE file_type IS NULL
  UNION ALL
  SELECT use, share FROM assumed WHERE NOT EXISTS (SELECT 1 FROM logged)
),
types AS (
  SELECT DISTINCT file_type FROM logged
),
type_mix AS (
  SELECT
    t.file_type,
    s.use,
    (coalesce(c.directories, 0) + 3 * s.share)
      / sum(coalesce(c.directories, 0) + 3 * s.share) OVER (PARTITION BY t.file_type) AS share
  FROM types AS t
  CROSS JOIN site AS s
  LEFT JOIN counted AS c ON c.uid IS NULL AND c.file_type = t.file_type AND c.use = s.use
),
owners AS (
  SELECT DISTINCT uid, file_type FROM logged WHERE uid IS NOT NULL
),
owner_mix AS (
  SELECT o.uid, o.file_type, m.use, coalesce(c.directories, 0) + 3 * m.share AS share
  FROM owners AS o
  JOIN type_mix AS m ON m.file_type = o.file_type
  LEFT JOIN counted AS c ON c.uid = o.uid AND c.file_type = o.file_type AND c.use = m.use
),
mixes AS (
  SELECT concat(uid, ':', file_type) AS habit, use, share FROM owner_mix
  UNION ALL
  SELECT concat('*:', file_type), use, share FROM type_mix
  UNION ALL
  SELECT '*:*', use, share FROM site
),
common AS (
  SELECT *, row_number() OVER (PARTITION BY habit ORDER BY share DESC, use) AS place FROM mixes
)
SELECT habit, use, share / sum(share) OVER (PARTITION BY habit) AS weight
FROM common
WHERE place <= 8
