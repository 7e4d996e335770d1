-- The expected gain of the files whose advice local data supports, and of all files.
--
-- Inputs:  cells (advice_cells.sql).
-- Grain:   one row.
-- advised_*  files with the action set-directory or rewrite; geometric means
-- all_*      all files that have a gain; a file that is kept counts with its own gain, 1
SELECT
  coalesce(sum(files) FILTER (WHERE action IN ('set-directory', 'rewrite')), 0) AS advised_files,
  CAST(least(
    coalesce(sum(CAST(bytes AS DECIMAL(19, 0))) FILTER (WHERE action IN ('set-directory', 'rewrite')), 0),
    9223372036854775807) AS BIGINT) AS advised_bytes,
  exp(try_divide(
    sum(ln_gain) FILTER (WHERE action IN ('set-directory', 'rewrite')),
    sum(files_with_gain) FILTER (WHERE action IN ('set-directory', 'rewrite')))) AS advised_gain,
  exp(try_divide(
    sum(ln_p10) FILTER (WHERE action IN ('set-directory', 'rewrite')),
    sum(files_with_gain) FILTER (WHERE action IN ('set-directory', 'rewrite')))) AS advised_p10,
  exp(try_divide(
    sum(ln_p90) FILTER (WHERE action IN ('set-directory', 'rewrite')),
    sum(files_with_gain) FILTER (WHERE action IN ('set-directory', 'rewrite')))) AS advised_p90,
  exp(try_divide(
    sum(ln_gain) FILTER (WHERE action IN ('set-directory', 'rewrite', 'keep')),
    sum(files_with_gain) FILTER (WHERE action IN ('set-directory', 'rewrite', 'keep')))) AS all_gain
FROM cells
