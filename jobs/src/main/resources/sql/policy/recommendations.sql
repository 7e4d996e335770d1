-- recommendations: the advice for every file, with what the evidence says it is worth.
-- Inputs: scored (file_features with predicted_log2_kib), curves (worths; one row per cohort)
-- Grain:  one row per file of scored
--   choices          per cohort, all that does not depend on the file itself: what comes of every current
--                    and every proposed chunk size, at proposed * 9 + current. A file only looks it up.
--                    Kept as arrays: as rows, Spark would compile code for them as long as it scores
--   position         place of a chunk size in the curves: 0 is 64 KiB, 7 is 8 MiB; a current one of 8 is
--                    above the range, and is judged as 7 without a gain
--   proposed         that of the prediction; an octave more or less is taken where it is worth more by more
--                    than a tie
--   expected_gain    throughput with the proposed chunk size over that with the current one
--   gain_p10, _p90   quantiles of the gain
--   action           keep unless the change is worth its risk; then by support of both arms, and
--                    rewrite where the time saved over the horizon exceeds the copy cost with
--                    probability 0.8 (the 20 % quantile of the gain)
--   saved_s_per_mib  time that an open of 1 MiB saves, by that quantile
--   rewrite_cost_s   size over the speed of a copy stream
WITH changes AS (
  SELECT
    *,
    transform(sequence(0, 71), place -> struct(
      CAST(place DIV 9 AS INT) AS proposed,
      place % 9 AS current,
      least(place % 9, 7) AS current_position,
      greatest(CAST(:min_log2_kib AS INT) - 6, CAST(place DIV 9 AS INT) - 1) AS lower_position,
      least(CAST(:max_log2_kib AS INT) - 6, CAST(place DIV 9 AS INT) + 1) AS upper_position)) AS changes
  FROM curves
),
offered AS (
  SELECT
    *,
    -- Structs compare by their first field; the largest position of equals is taken.
    transform(changes, x -> struct(
      x.current,
      x.current_position,
      x.proposed,
      array_max(transform(sequence(x.lower_position, x.upper_position), to -> struct(
        coalesce(get(worths, to * 8 + x.current_position), -1D)
          + CASE WHEN to = x.proposed THEN log2(1 + :tie_fraction) ELSE 0D END AS worth,
        to AS position))) AS best)) AS offers
  FROM changes
),
settled AS (
  SELECT
    *,
    transform(offers, x -> struct(
      x.current,
      x.current_position,
      CASE WHEN x.best.worth > 0 THEN x.best.position ELSE x.proposed END AS position)) AS settled
  FROM offered
),
judged AS (
  SELECT
    *,
    transform(settled, x -> struct(
      x.current,
      x.current_position,
      x.position,
      x.position * 8 + x.current_position AS change,
      CASE
        WHEN x.position = x.current_position OR x.current = 8 THEN 0D
        ELSE get(log2_gains, x.position) - get(log2_gains, x.current_position)
      END AS gain_log2,
      coalesce(get(tiers, x.position) <> 'prior' AND get(tiers, x.current_position) <> 'prior', false)
        AS supported)) AS judged
  FROM settled
),
weighed AS (
  SELECT
    *,
    transform(judged, x -> struct(
      x.current,
      x.current_position,
      x.position,
      x.change,
      x.gain_log2,
      x.supported,
      coalesce(x.current <> 8 AND get(worths, x.change) > 0, false) AS clear)) AS weighed
  FROM judged
),
choices AS (
  SELECT
    cohort,
    transform(weighed, x -> struct(
      x.clear,
      x.supported,
      CAST(shiftleft(65536L, x.position) AS BIGINT) AS chunk_bytes,
      CASE WHEN x.supported THEN get(tiers, x.position) ELSE 'prior' END AS tier,
      CASE WHEN x.clear THEN pow(2D, x.gain_log2) ELSE 1D END AS expected_gain,
      CASE WHEN x.clear THEN pow(2D, get(gain_p10_log2, x.change)) ELSE 1D END AS gain_p10,
      CASE WHEN x.clear THEN pow(2D, get(gain_p90_log2, x.change)) ELSE 1D END AS gain_p90,
      (1 - pow(2D, -get(gain_p20_log2, x.change))) / pow(2D, level_log2 + get(log2_gains, x.current_position))
        AS saved_s_per_mib,
      CASE
        WHEN x.position = x.current_position THEN 1
        WHEN x.current = 8 THEN 2
        WHEN NOT x.supported AND x.gain_log2 > 0 THEN 3
        ELSE 4 END AS why_keep)) AS choices
  FROM weighed
),
placed AS (
  SELECT /*+ BROADCAST(c) */
    s.*,
    c.choices,
    CASE
      WHEN s.chunk_bytes IS NOT NULL AND s.predicted_log2_kib IS NOT NULL THEN
        (CAST(floor(least(greatest(s.predicted_log2_kib, :min_log2_kib), :max_log2_kib) + 0.5D) AS INT) - 6) * 9
          + CASE
              WHEN s.chunk_bytes > 8388608 THEN 8
              ELSE CAST(log2(greatest(s.chunk_bytes, 65536)) AS INT) - 16
            END
    END AS place
  FROM scored AS s
  LEFT JOIN choices AS c ON c.cohort = s.cohort
),
chosen AS (
  SELECT *, get(choices, place) AS choice, size_bytes / :copy_bytes_per_s AS rewrite_cost_s FROM placed
),
decided AS (
  SELECT
    *,
    choice IS NOT NULL AS known,
    coalesce(choice.clear, false) AS changed,
    coalesce(
      (pow(2D, access_frequency_log2) - 1) * :horizon_days * size_bytes / 1048576D * choice.saved_s_per_mib > rewrite_cost_s,
      false) AS pays
  FROM chosen
)
SELECT
  path,
  path_bytes,
  entry_id,
  parent_path,
  uid,
  size_bytes,
  CAST(num_targets AS INT) AS num_targets,
  chunk_bytes AS current_chunk_bytes,
  CASE WHEN changed THEN choice.chunk_bytes WHEN known THEN chunk_bytes ELSE coalesce(chunk_bytes, :fallback_bytes) END
    AS recommended_chunk_bytes,
  predicted_log2_kib,
  coalesce(choice.expected_gain, 1D) AS expected_gain,
  coalesce(choice.gain_p10, 1D) AS gain_p10,
  coalesce(choice.gain_p90, 1D) AS gain_p90,
  CASE
    WHEN NOT known THEN 'insufficient'
    WHEN NOT changed THEN 'keep'
    WHEN NOT choice.supported THEN 'prior-only'
    WHEN pays THEN 'rewrite'
    ELSE 'set-directory'
  END AS action,
  coalesce(choice.tier, 'prior') AS tier,
  CASE
    WHEN NOT known AND chunk_bytes IS NULL THEN 'The inventory has no chunk size for this file; the fallback is named.'
    WHEN NOT known THEN 'No evidence curve and no prediction for this file.'
    WHEN NOT changed THEN elt(choice.why_keep,
      'The current chunk size is the one advised.',
      'The chunk size is above the range of the candidates.',
      'Not identifiable from this history: no local data supports another chunk size.',
      'The gain of another chunk size is not clearly above zero.')
    WHEN NOT choice.supported THEN 'The physics prefers this chunk size, but no local data supports it.'
    WHEN pays THEN 'Files of this cohort are faster with it, and the time saved pays for the copy.'
    ELSE 'Files of this cohort are faster with it; the copy of existing files does not pay.'
  END AS reason,
  has_telemetry,
  rewrite_cost_s,
  :model_id AS model_id,
  1 AS schema_version
FROM decided
