-- Input: numbers (id). Grain: one row per number.
SELECT id * :factor AS doubled FROM numbers
