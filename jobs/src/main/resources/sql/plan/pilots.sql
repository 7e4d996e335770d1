-- pilots: trials of a chunk size where its gain is only predicted, those that run and tonight's.
-- Inputs: carried (pilots of the previous run); candidates (choices of all that the plan's level has not, with
--         entry_id); evidence (fold all)
-- Grain:  one row per directory that takes part
--   kind     a trial is of one kind of use, chunk size before and chunk size tried; the directories that take part
--            are drawn by a hash of their EntryID, every other one is treated, the rest are controls. A directory
--            that is alone in its kind is treated: it is its own control, before and after
--   state    of one that runs: promoted or reverted once the history has measured the kind with that size (or,
--            after two days, has seen it change in a directory); dropped after :pilot_days
-- Kinds go by the hours a day that a good answer would unlock, :pilot_kinds at once; treated directories together
-- have at most :budget_hours of I/O a day. A kind and size is tried once in run.carry-days.
WITH known AS (
  SELECT
    cohort.storage_class, cohort.targets, cohort.use.writes, cohort.use.sequential, cohort.use.shared,
    cohort.use.request_octave, from_chunk_bytes, to_chunk_bytes,
    bool_or(tier = 'measured') AS measured,
    sum((files + 1) * CAST(time_saved - time_lost AS DECIMAL(20, 12))) > 0 AS gains
  FROM evidence
  WHERE cohort.use IS NOT NULL AND tier <> 'predicted' AND from_chunk_bytes <> to_chunk_bytes
  GROUP BY ALL
),
before AS (
  SELECT
    c.*,
    CASE
      WHEN c.state <> 'running' THEN c.state
      WHEN k.measured OR (k.gains IS NOT NULL AND datediff(CAST(:run_date AS DATE), c.run_date) >= 2)
        THEN if(k.gains, 'promoted', 'reverted')
      WHEN datediff(CAST(:run_date AS DATE), c.run_date) >= :pilot_days THEN 'dropped'
      ELSE 'running'
    END AS now
  FROM carried AS c
  LEFT JOIN known AS k
    ON k.storage_class = c.kind.storage_class AND k.targets = c.kind.targets AND k.writes = c.kind.writes
    AND k.sequential = c.kind.sequential AND k.shared = c.kind.shared
    AND k.request_octave = c.kind.request_octave AND k.from_chunk_bytes = c.current_chunk_bytes
    AND k.to_chunk_bytes = c.assigned_chunk_bytes
  WHERE c.run_date >= date_sub(CAST(:run_date AS DATE), :carry_days)
),
running AS (
  SELECT
    count(DISTINCT kind, current_chunk_bytes, assigned_chunk_bytes) AS kinds,
    coalesce(sum(CAST(hours AS DECIMAL(34, 15))) FILTER (WHERE role = 'treated'), 0) AS hours
  FROM before
  WHERE now = 'running'
),
open AS (
  SELECT
    a.path_bytes, a.entry_id, a.arm.path, a.arm.kind, a.arm.current_chunk_bytes, a.arm.recommended_chunk_bytes,
    a.arm.hours, a.arm.hours_saved
  FROM candidates AS a
  LEFT ANTI JOIN before AS b ON b.path_bytes = a.path_bytes AND b.now = 'running'
  LEFT ANTI JOIN before AS b
    ON b.kind = a.arm.kind AND b.current_chunk_bytes = a.arm.current_chunk_bytes
    AND b.assigned_chunk_bytes = a.arm.recommended_chunk_bytes
  LEFT ANTI JOIN known AS k
    ON k.storage_class = a.arm.kind.storage_class AND k.targets = a.arm.kind.targets
    AND k.writes = a.arm.kind.writes AND k.sequential = a.arm.kind.sequential AND k.shared = a.arm.kind.shared
    AND k.request_octave = a.arm.kind.request_octave AND k.from_chunk_bytes = a.arm.current_chunk_bytes
    AND k.to_chunk_bytes = a.arm.recommended_chunk_bytes
  WHERE a.arm.kind IS NOT NULL
    AND concat(decode(a.path_bytes, 'ISO-8859-1'), '/') NOT LIKE '%/../%'
    AND NOT (:cli = 'v7' AND instr(decode(a.path_bytes, 'ISO-8859-1'), chr(10)) > 0)
),
kinds AS (
  SELECT
    kind, current_chunk_bytes, recommended_chunk_bytes,
    CAST(sum(CAST(hours_saved AS DECIMAL(34, 15))) AS DOUBLE) AS hours_unlocked,
    count(*) AS directories
  FROM open
  GROUP BY kind, current_chunk_bytes, recommended_chunk_bytes
),
first_kinds AS (
  SELECT *, row_number() OVER (ORDER BY hours_unlocked DESC, kind, recommended_chunk_bytes) AS rank FROM kinds
),
drawn AS (
  SELECT
    o.*,
    k.rank,
    k.hours_unlocked,
    k.directories,
    row_number() OVER (
      PARTITION BY o.kind, o.current_chunk_bytes, o.recommended_chunk_bytes
      ORDER BY xxhash64('pilot', coalesce(o.entry_id, base64(o.path_bytes)), :seed), o.path_bytes) AS place
  FROM open AS o
  JOIN first_kinds AS k
    ON k.kind = o.kind AND k.current_chunk_bytes = o.current_chunk_bytes
    AND k.recommended_chunk_bytes = o.recommended_chunk_bytes
  CROSS JOIN running
  WHERE k.rank <= :pilot_kinds - running.kinds
),
budgeted AS (
  SELECT
    *,
    sum(CAST(if(place % 2 = 1, hours, 0D) AS DECIMAL(34, 15)))
      OVER (ORDER BY rank, place, path_bytes ROWS UNBOUNDED PRECEDING) AS treated_hours
  FROM drawn
  WHERE place <= :pilot_directories
)
SELECT
  path, path_bytes, kind, role, current_chunk_bytes, assigned_chunk_bytes, propensity, hours, hours_unlocked,
  run_date, now AS state
FROM before
UNION ALL
SELECT
  path,
  path_bytes,
  kind,
  if(place % 2 = 1, 'treated', 'control') AS role,
  current_chunk_bytes,
  recommended_chunk_bytes AS assigned_chunk_bytes,
  if(directories = 1, 1D, 0.5D) AS propensity,
  budgeted.hours,
  hours_unlocked,
  CAST(:run_date AS DATE) AS run_date,
  'running' AS state
FROM budgeted CROSS JOIN running
-- A sum of decimals of full precision loses its last digit, which decides where the budget is just used up.
WHERE CAST(CAST(treated_hours AS DOUBLE) + CAST(running.hours AS DOUBLE) AS DECIMAL(30, 12))
  <= CAST(:budget_hours AS DECIMAL(30, 12))
