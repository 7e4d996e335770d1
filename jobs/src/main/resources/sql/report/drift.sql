-- How far the inputs of the network have moved from those it learnt from.
--
-- Inputs:  inputs (side: learnt or scored; feature; value).
-- Grain:   one row per feature that both sides have rows of.
-- stability_index  population stability index over the tenths of the learnt values, missing values being a
--                  class of their own: sum of (scored - learnt) * ln(scored / learnt) over the shares, with
--                  half a row added to each class. Below 0.1 the input is as it was, above 0.25 it is another
-- outside  share of the scored values below the 1st or above the 99th percentile of the learnt ones; 0 where
--          no side has any
-- *_median, *_missing   median of the values that are there; share of the rows without one
WITH known AS (
  SELECT side, feature, CASE WHEN value BETWEEN -1.7e308 AND 1.7e308 THEN value END AS value
  FROM inputs
),
cuts AS (
  SELECT
    feature,
    percentile_approx(value, array(0.01, 0.99), 10000) AS ends,
    array_distinct(percentile_approx(value, array(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9), 10000)) AS cuts
  FROM known
  WHERE side = 'learnt'
  GROUP BY feature
),
classed AS (
  SELECT
    known.feature,
    known.side,
    known.value,
    known.value < ends[0] OR known.value > ends[1] AS outside,
    -- No learnt value at all leaves one class for those that are there now.
    CASE WHEN known.value IS NULL THEN -1 ELSE size(filter(coalesce(cuts, array()), cut -> cut < known.value)) END AS class
  FROM known
  JOIN cuts ON cuts.feature = known.feature
),
counted AS (
  SELECT
    feature,
    class,
    count_if(side = 'learnt') AS learnt,
    count_if(side = 'scored') AS scored
  FROM classed
  GROUP BY feature, class
),
totals AS (
  SELECT feature, sum(learnt) AS learnt, sum(scored) AS scored, count(*) AS classes
  FROM counted
  GROUP BY feature
),
shares AS (
  SELECT
    counted.feature,
    (counted.learnt + 0.5D) / (totals.learnt + 0.5D * classes) AS learnt,
    (counted.scored + 0.5D) / (totals.scored + 0.5D * classes) AS scored
  FROM counted
  JOIN totals ON totals.feature = counted.feature
  WHERE totals.learnt > 0 AND totals.scored > 0
),
indices AS (
  SELECT feature, sum((scored - learnt) * ln(scored / learnt)) AS stability_index
  FROM shares
  GROUP BY feature
),
middles AS (
  SELECT
    feature,
    percentile_approx(value, 0.5, 10000) FILTER (WHERE side = 'learnt') AS learnt_median,
    percentile_approx(value, 0.5, 10000) FILTER (WHERE side = 'scored') AS scored_median,
    coalesce(avg(CASE WHEN outside THEN 1D ELSE 0D END) FILTER (WHERE side = 'scored' AND value IS NOT NULL), 0D)
      AS outside,
    avg(CASE WHEN value IS NULL THEN 1D ELSE 0D END) FILTER (WHERE side = 'learnt') AS learnt_missing,
    avg(CASE WHEN value IS NULL THEN 1D ELSE 0D END) FILTER (WHERE side = 'scored') AS scored_missing
  FROM classed
  GROUP BY feature
)
SELECT
  indices.feature,
  indices.stability_index,
  middles.outside,
  middles.learnt_median,
  middles.scored_median,
  middles.learnt_missing,
  middles.scored_missing
FROM indices
JOIN middles ON middles.feature = indices.feature
ORDER BY stability_index DESC, indices.feature
