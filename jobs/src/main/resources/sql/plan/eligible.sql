-- eligible: which chunk sizes of which directories each level of trust may use.
-- Input:  arms (directory_arms.sql)
-- Grain:  one row per level of trust, directory and chunk size
-- Its new files must be known, it must gain more than a tie in the mean over them, and not lose more than
-- 10 % with a probability above 0.1; no more than a tenth of its files may be expected to become slower by more
-- than 5 %. At the level measured most of its hours rest on what the history or a
-- benchmark has seen.
SELECT *
FROM arms LATERAL VIEW explode(array('measured', 'all')) AS trust
WHERE hours > 0
  AND hours_saved - hours_lost > :tie * hours
  AND gain_p10_log2 >= log2(0.9D)
  AND slower_share <= 0.1D
  AND (trust = 'all' OR hours_local >= 0.8D * hours)
