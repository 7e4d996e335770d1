-- Directories whose new files should get another chunk size, before the limits of the plan.
--
-- Inputs:  recommendations; directories (path_bytes, chunk_bytes: the directories of the inventory);
--          further_paths (links/further_paths.sql).
-- Grain:   one row per directory with at least one file whose better chunk local data supports
--          (action set-directory or rewrite) and whose winning chunk is not the current one.
--
-- recommended_chunk_bytes  the chunk size with the largest benefit among the supported advice
-- bytes                    a file with more than one hard link counts where its first path is; at most
--                          2^63 - 1, because sparse files may claim any size
-- benefit                  sum of size * (1 - 1 / expected_gain) over that advice: the bytes whose
--                          transfer time would be saved; the order of the plan
-- advised_files            files whose advice is that chunk size and rests on local data; a file that
--                          keeps it counts, prior-only and insufficient do not
-- expected_gain, gain_p*   geometric mean over all files of the directory; a file with another
--                          advice counts as 1, because nothing is known of its gain at this chunk
-- tier                     tier of most of the supported advice
-- current_chunk_bytes      the directory's own, else that of most of its files
--
-- Sums are decimal, so that the order of the rows cannot change the last digit.
-- Two aggregations: files to at most a few hundred cells per directory, cells to directories. No
-- list of files is ever held, so that a directory may have any number of them.
WITH advice AS (
  SELECT
    recommendations.parent_path,
    recommendations.path_bytes,
    CASE WHEN further_paths.path_bytes IS NULL THEN size_bytes ELSE 0 END AS size_bytes,
    current_chunk_bytes,
    recommended_chunk_bytes,
    tier,
    action IN ('set-directory', 'rewrite') AS supported,
    action IN ('set-directory', 'rewrite', 'keep') AS counted,
    CAST(ln(expected_gain) AS DECIMAL(18, 12)) AS ln_gain,
    CAST(ln(gain_p10) AS DECIMAL(18, 12)) AS ln_p10,
    CAST(ln(gain_p90) AS DECIMAL(18, 12)) AS ln_p90,
    CAST(
      CASE WHEN further_paths.path_bytes IS NULL THEN size_bytes ELSE 0 END * (1D - 1D / expected_gain)
      AS DECIMAL(26, 3)) AS benefit
  FROM recommendations
  LEFT JOIN further_paths ON further_paths.path_bytes = recommendations.path_bytes
),
cells AS (
  SELECT
    parent_path,
    recommended_chunk_bytes,
    current_chunk_bytes,
    count(*) AS files,
    sum(CAST(size_bytes AS DECIMAL(19, 0))) AS bytes,
    min(path_bytes) AS any_path_bytes,
    count_if(counted) AS counted_files,
    count_if(supported) AS supported_files,
    count_if(supported AND tier = 'measured') AS measured_files,
    count_if(supported AND tier = 'changed') AS changed_files,
    sum(benefit) FILTER (WHERE supported) AS benefit,
    sum(ln_gain) FILTER (WHERE supported) AS ln_gain,
    sum(ln_p10) FILTER (WHERE supported) AS ln_p10,
    sum(ln_p90) FILTER (WHERE supported) AS ln_p90
  FROM advice
  GROUP BY parent_path, recommended_chunk_bytes, current_chunk_bytes
),
arms AS (
  SELECT
    parent_path,
    recommended_chunk_bytes,
    sum(files) AS files,
    sum(bytes) AS bytes,
    min(any_path_bytes) AS any_path_bytes,
    sum(counted_files) AS counted_files,
    sum(supported_files) AS supported_files,
    sum(measured_files) AS measured_files,
    sum(changed_files) AS changed_files,
    coalesce(sum(benefit), 0) AS benefit,
    coalesce(sum(ln_gain), 0) AS ln_gain,
    coalesce(sum(ln_p10), 0) AS ln_p10,
    coalesce(sum(ln_p90), 0) AS ln_p90
  FROM cells
  GROUP BY parent_path, recommended_chunk_bytes
),
winners AS (
  SELECT
    parent_path,
    sum(files) AS files,
    sum(bytes) AS bytes,
    min(any_path_bytes) AS any_path_bytes,
    max(
      struct(
        benefit,
        counted_files,
        -recommended_chunk_bytes AS smaller_first,
        recommended_chunk_bytes,
        ln_gain,
        ln_p10,
        ln_p90,
        supported_files - measured_files - changed_files AS predicted_files,
        measured_files,
        changed_files
      )
    ) FILTER (WHERE supported_files > 0) AS best
  FROM arms
  GROUP BY parent_path
),
chunks AS (
  SELECT parent_path, current_chunk_bytes, sum(files) AS files
  FROM cells
  WHERE current_chunk_bytes IS NOT NULL
  GROUP BY parent_path, current_chunk_bytes
),
most AS (
  SELECT
    parent_path,
    max(struct(files, -current_chunk_bytes AS smaller_first, current_chunk_bytes))
      .current_chunk_bytes AS current_chunk_bytes
  FROM chunks
  GROUP BY parent_path
),
advised AS (
  SELECT
    winners.parent_path AS path,
    -- The directory's bytes are those of any of its files less the last name; the root is '/'.
    CASE
      WHEN length(any_path_bytes) - length(substring_index(decode(any_path_bytes, 'ISO-8859-1'), '/', -1)) <= 1
        THEN encode('/', 'ISO-8859-1')
      ELSE substring(
        any_path_bytes,
        1,
        length(any_path_bytes) - length(substring_index(decode(any_path_bytes, 'ISO-8859-1'), '/', -1)) - 1
      )
    END AS path_bytes,
    files,
    CAST(least(bytes, 9223372036854775807) AS BIGINT) AS bytes,
    best.counted_files AS advised_files,
    most.current_chunk_bytes AS files_chunk_bytes,
    best.recommended_chunk_bytes AS recommended_chunk_bytes,
    exp(CAST(best.ln_gain AS DOUBLE) / files) AS expected_gain,
    exp(CAST(best.ln_p10 AS DOUBLE) / files) AS gain_p10,
    exp(CAST(best.ln_p90 AS DOUBLE) / files) AS gain_p90,
    CASE
      WHEN best.measured_files >= greatest(best.changed_files, best.predicted_files) THEN 'measured'
      WHEN best.changed_files >= best.predicted_files THEN 'changed'
      ELSE 'predicted'
    END AS tier,
    best.benefit AS benefit
  FROM winners
  JOIN most ON winners.parent_path = most.parent_path
  WHERE best IS NOT NULL
)
SELECT
  advised.path,
  advised.path_bytes,
  advised.files,
  advised.bytes,
  advised.advised_files,
  coalesce(directories.chunk_bytes, advised.files_chunk_bytes) AS current_chunk_bytes,
  advised.recommended_chunk_bytes,
  advised.expected_gain,
  advised.gain_p10,
  advised.gain_p90,
  advised.tier,
  advised.benefit,
  CASE
    WHEN concat(decode(advised.path_bytes, 'ISO-8859-1'), '/') LIKE '%/../%'
      THEN 'NOT_ACTIONABLE: the path climbs with ..'
    WHEN :cli = 'v7' AND instr(decode(advised.path_bytes, 'ISO-8859-1'), chr(10)) > 0
      THEN 'NOT_ACTIONABLE_V7: the name holds a newline, which beegfs-ctl takes for the end of the path'
    WHEN advised.advised_files < :min_agreement * advised.files
      THEN 'its files do not agree: below plan.min-agreement'
    WHEN advised.gain_p10 < :min_gain
      THEN 'the lower bound of the gain is below plan.min-gain'
  END AS obstacle
FROM advised
LEFT JOIN directories ON directories.path_bytes = advised.path_bytes
WHERE advised.recommended_chunk_bytes <> coalesce(directories.chunk_bytes, advised.files_chunk_bytes)
