-- off_policy: what each logged observation says about each policy.
-- Inputs: logged, proposals (of the observed files, asked with each of the eight chunk sizes)
-- Grain:  one row per observation and policy that has an opinion on its file
--   A policy is asked what it would choose had the file each of the chunk sizes; with the propensities
--   that is how often it would choose each one in this context, which is compared with how often the
--   history did. Where the history does not support a choice the policy counts as keeping.
--   importance          probability of the logged chunk size under the policy over that in the history
--   direct              gain that the curve expects of the policy
--   importance_default, direct_default, direct_keep   the same of setting the default, and of keeping,
--                       whose importance is 1
--   residual            value less what the curve expects of the logged chunk size
--   moved, covered      whether the policy would change the chunk size, and whether the history supports
--                       its choice beside another one
WITH choices AS (
  SELECT path_bytes, policy, map_from_entries(collect_list(struct(current_position, position))) AS choices
  FROM (
    SELECT
      path_bytes,
      current_position,
      explode(map_concat(positions, map('best-constant', :best_constant))) AS (policy, position)
    FROM proposals
  )
  WHERE position IS NOT NULL
  GROUP BY path_bytes, policy
  HAVING count(*) = 8
),
policies AS (
  SELECT
    l.*,
    c.policy,
    element_at(c.choices, l.position) AS choice,
    transform(sequence(0, 7), i ->
      CASE WHEN get(l.supported, element_at(c.choices, i)) THEN element_at(c.choices, i) ELSE i END) AS chosen,
    transform(sequence(0, 7), i -> CASE WHEN get(l.supported, 3) THEN 3 ELSE i END) AS default_chosen
  FROM logged AS l
  JOIN choices AS c ON c.path_bytes = l.path_bytes
)
SELECT
  policy,
  directory,
  weight,
  value,
  value - get(gains, position) AS residual,
  aggregate(sequence(0, 7), 0D, (sum, i) ->
    sum + CASE WHEN get(chosen, i) = position THEN get(propensities, i) ELSE 0D END) / get(propensities, position)
    AS importance,
  aggregate(sequence(0, 7), 0D, (sum, i) -> sum + get(propensities, i) * get(gains, get(chosen, i))) AS direct,
  aggregate(sequence(0, 7), 0D, (sum, i) ->
    sum + CASE WHEN get(default_chosen, i) = position THEN get(propensities, i) ELSE 0D END) / get(propensities, position)
    AS importance_default,
  aggregate(sequence(0, 7), 0D, (sum, i) -> sum + get(propensities, i) * get(gains, get(default_chosen, i)))
    AS direct_default,
  aggregate(sequence(0, 7), 0D, (sum, i) -> sum + get(propensities, i) * get(gains, i)) AS direct_keep,
  choice <> position AS moved,
  get(supported, choice) AND size(filter(supported, s -> s)) >= 2 AS covered
FROM policies
