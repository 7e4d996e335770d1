-- judged: what the choice of each policy is worth for every judged file.
-- Inputs: proposals, judge (path_bytes, ln_throughput: eight values, 64 KiB first)
-- Grain:  one row per file and policy
--   regret, over_current, over_default   natural log of the policy's throughput over the best, the current
--                                        and the default chunk size
--   within_octave  whether a member of the set within 2 % of the best is at most one octave away
--   strict_hit     whether it is the best itself
--   harmed         whether the file would be more than 5 % slower than now
--   moved          whether the policy would change the chunk size
--   realised, promised, p10, p90   log2 gain over the current chunk size: by the judge, and as the policy
--                                  said before; null where it said nothing or would not change it
WITH chosen AS (
  SELECT
    p.directory,
    p.size_bytes,
    p.current_position,
    p.promises,
    j.ln_throughput,
    array_max(j.ln_throughput) AS best,
    explode(map_concat(p.positions, map(
      'best-constant', :best_constant,
      'oracle', CAST(array_position(j.ln_throughput, array_max(j.ln_throughput)) AS INT) - 1))) AS (policy, position)
  FROM proposals AS p
  JOIN judge AS j ON j.path_bytes = p.path_bytes
),
weighed AS (
  SELECT
    *,
    get(ln_throughput, position) - get(ln_throughput, current_position) AS over_current,
    position <> current_position AS moved,
    CASE WHEN position <> current_position THEN try_element_at(promises, policy) END AS promise
  FROM chosen
  WHERE position IS NOT NULL
)
SELECT
  directory,
  policy,
  size_bytes,
  moved,
  get(ln_throughput, position) - best AS regret,
  over_current,
  get(ln_throughput, position) - get(ln_throughput, 3) AS over_default,
  exists(
    filter(sequence(0, 7), i -> get(ln_throughput, i) >= best - ln(1.02D)),
    i -> abs(i - position) <= 1) AS within_octave,
  get(ln_throughput, position) >= best AS strict_hit,
  over_current < ln(0.95D) AS harmed,
  CASE WHEN promise IS NOT NULL THEN over_current / ln(2D) END AS realised,
  promise.gain AS promised,
  promise.p10,
  promise.p90
FROM weighed
