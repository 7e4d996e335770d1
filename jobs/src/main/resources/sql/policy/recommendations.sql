-- recommendations: the advice for every file, with what the evidence says it is worth.
-- Inputs: scored (file_features with predicted_log2_kib), curves (one row per cohort)
-- Grain:  one row per file of scored
--   position         place of a chunk size in the curves: 0 is 64 KiB, 7 is 8 MiB; sizes beyond are held to the ends
--   proposed_position  that of the prediction; an octave more or less is taken where the curve says that
--                    it is faster by more than a tie
--   expected_gain    throughput with the proposed chunk size over that with the current one
--   gain_p10, _p90   quantiles of the gain
--   action           keep unless the gain is beyond a tie (a small gain: with probability 0.9) and a loss
--                    of more than 5 % as unlikely as harm_bound; then by support of both arms, and
--                    rewrite where the time saved over the horizon exceeds the copy cost with
--                    probability 0.8 (the 20 % quantile of the gain)
--   rewrite_cost_s   size over the speed of a copy stream
WITH proposed AS (
  SELECT
    s.path, s.path_bytes, s.entry_id, s.parent_path, s.uid, s.size_bytes, s.num_targets, s.chunk_bytes,
    s.has_telemetry, s.predicted_log2_kib, s.access_frequency_log2,
    c.cohort IS NOT NULL AND s.chunk_bytes IS NOT NULL AND s.predicted_log2_kib IS NOT NULL AS known,
    CAST(log2(least(greatest(s.chunk_bytes, 65536), 8388608)) AS INT) - 16 AS current_position,
    CAST(round(least(greatest(s.predicted_log2_kib, :min_log2_kib), :max_log2_kib)) AS INT) - 6 AS proposed_position,
    c.log2_gains,
    c.faster,
    c.slower,
    c.gain_p10_log2,
    c.gain_p20_log2,
    c.gain_p90_log2,
    c.tiers,
    c.level_log2
  FROM scored AS s
  LEFT JOIN curves AS c ON c.cohort = s.cohort
),
neighbours AS (
  SELECT
    *,
    greatest(CAST(:min_log2_kib AS INT) - 6, proposed_position - 1) AS lower_position,
    least(CAST(:max_log2_kib AS INT) - 6, proposed_position + 1) AS upper_position
  FROM proposed
),
settled AS (
  SELECT
    *,
    -- Structs compare by their first field; the largest position of equals is taken.
    greatest(
      struct(get(log2_gains, lower_position) + CASE WHEN lower_position = proposed_position THEN log2(1 + :tie_fraction) ELSE 0D END AS gain,
        lower_position AS position),
      struct(get(log2_gains, proposed_position) + log2(1 + :tie_fraction) AS gain, proposed_position AS position),
      struct(get(log2_gains, upper_position) + CASE WHEN upper_position = proposed_position THEN log2(1 + :tie_fraction) ELSE 0D END AS gain,
        upper_position AS position)).position AS position
  FROM neighbours
),
judged AS (
  SELECT
    *,
    CASE
      WHEN position = current_position OR chunk_bytes > 8388608 THEN 0D
      ELSE get(log2_gains, position) - get(log2_gains, current_position)
    END AS gain_log2,
    position * 8 + current_position AS change,
    CASE
      WHEN get(tiers, position) <> 'prior' AND get(tiers, current_position) <> 'prior' THEN get(tiers, position)
      ELSE 'prior'
    END AS tier,
    size_bytes / :copy_bytes_per_s AS rewrite_cost_s
  FROM settled
),
weighed AS (
  SELECT
    *,
    known
      AND gain_log2 > log2(1 + :tie_fraction)
      AND (gain_log2 >= log2(:small_gain) OR get(faster, change) >= 0.9D)
      AND get(slower, change) <= :harm_bound
      AS clear,
    (pow(2D, access_frequency_log2) - 1) * :horizon_days
      * size_bytes / 1048576D / pow(2D, level_log2 + get(log2_gains, current_position))
      * (1 - pow(2D, -get(gain_p20_log2, change))) AS saved_s
  FROM judged
),
decided AS (
  SELECT
    *,
    CASE
      WHEN NOT known THEN 'insufficient'
      WHEN NOT clear THEN 'keep'
      WHEN tier = 'prior' THEN 'prior-only'
      WHEN coalesce(saved_s > rewrite_cost_s, false) THEN 'rewrite'
      ELSE 'set-directory'
    END AS action
  FROM weighed
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
  CASE
    WHEN action = 'insufficient' THEN coalesce(chunk_bytes, :fallback_bytes)
    WHEN action = 'keep' THEN chunk_bytes
    ELSE CAST(shiftleft(65536L, position) AS BIGINT)
  END AS recommended_chunk_bytes,
  predicted_log2_kib,
  CASE WHEN action IN ('keep', 'insufficient') THEN 1D ELSE pow(2D, gain_log2) END AS expected_gain,
  CASE WHEN action IN ('keep', 'insufficient') THEN 1D ELSE pow(2D, get(gain_p10_log2, change)) END AS gain_p10,
  CASE WHEN action IN ('keep', 'insufficient') THEN 1D ELSE pow(2D, get(gain_p90_log2, change)) END AS gain_p90,
  action,
  tier,
  CASE action
    WHEN 'insufficient' THEN CASE
      WHEN chunk_bytes IS NULL THEN 'The inventory has no chunk size for this file; the fallback is named.'
      ELSE 'No evidence curve and no prediction for this file.' END
    WHEN 'keep' THEN CASE
      WHEN position = current_position THEN 'The current chunk size is the one advised.'
      WHEN chunk_bytes > 8388608 THEN 'The chunk size is above the range of the candidates.'
      WHEN tier = 'prior' AND gain_log2 > 0 THEN 'Not identifiable from this history: no local data supports another chunk size.'
      ELSE 'The gain of another chunk size is not clearly above zero.' END
    WHEN 'prior-only' THEN 'The physics prefers this chunk size, but no local data supports it.'
    WHEN 'rewrite' THEN 'Files of this cohort are faster with it, and the time saved pays for the copy.'
    ELSE 'Files of this cohort are faster with it; the copy of existing files does not pay.'
  END AS reason,
  has_telemetry,
  rewrite_cost_s,
  :model_id AS model_id,
  1 AS schema_version
FROM decided
