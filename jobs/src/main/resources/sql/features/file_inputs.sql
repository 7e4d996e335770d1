-- file_inputs: every regular file with its own inputs, its servers' figures and its cohort.
-- Inputs: typed_files, file_access, file_opens, runs (of owners and types), directory_runs,
--         groups (habits of three directories and more, one row each), directory_groups (of one),
--         site_figures (one row)
-- Grain:  one row per regular file
--   server figures        mean over the file's targets, each with its server's figures; targets
--                         without figures do not count
--   access_run_log2       of the file's own logs, else of the logged files of the same type in its
--                         directory, else of its owner's, else of the owner's messages, else of all
--   access_frequency_log2 log2(1 + opens per day): events, else logs, else one open for the last write
--                         and one for a later read over the file's age, at least a day
--   read_share            of the bytes in the logs, else of the opens in the events
--   cohort                with the use of the file's own logs; else use is null, directory names the logged
--                         files of the same type in its directory, if there are any, and habit the
--                         finest other group whose use may stand for its own
WITH used AS (
  SELECT
    f.*,
    a.path_bytes IS NOT NULL AS is_logged,
    a.request_bytes,
    a.processes,
    a.shared,
    a.sequential_share,
    a.read_share,
    a.run_bytes,
    a.use AS own_use,
    a.opens_per_day,
    e.opens_per_day AS event_opens_per_day,
    e.read_share AS event_read_share
  FROM typed_files AS f
  LEFT JOIN file_access AS a ON a.path_bytes = f.path_bytes
  LEFT JOIN file_opens AS e ON e.entry_id = f.entry_id
),
placed AS (
  SELECT
    used.*,
    directory.run_log2 AS directory_run_log2,
    owner_type.run_log2 AS owner_type_run_log2,
    owner.run_log2 AS owner_run_log2,
    type_median.run_log2 AS type_run_log2,
    siblings.habit AS siblings,
    coalesce(owner_suffix_size.habit, owner_suffix.habit, suffix_size.habit, by_suffix.habit, type_size.habit,
      'all files') AS habit,
    filter(transform(used.target_ids, t -> get(site.targets, t)), x -> x IS NOT NULL) AS figures,
    site.metadata_ops_per_s
  FROM used
  LEFT JOIN directory_runs AS directory
    ON directory.parent_path_bytes = used.parent_path_bytes AND directory.file_type = used.file_type
  LEFT JOIN runs AS owner_type ON owner_type.uid = used.uid AND owner_type.file_type = used.file_type
  LEFT JOIN runs AS owner ON owner.uid = used.uid AND owner.file_type IS NULL
  LEFT JOIN runs AS type_median ON type_median.uid IS NULL AND type_median.file_type = used.file_type
  LEFT JOIN directory_groups AS siblings
    ON siblings.parent_path_bytes = used.parent_path_bytes AND siblings.file_type = used.file_type
  LEFT JOIN groups AS owner_suffix_size
    ON owner_suffix_size.level = 1 AND owner_suffix_size.uid = used.uid
    AND owner_suffix_size.suffix = used.suffix AND owner_suffix_size.size_octave = used.size_octave
  LEFT JOIN groups AS owner_suffix
    ON owner_suffix.level = 2 AND owner_suffix.uid = used.uid AND owner_suffix.suffix = used.suffix
  LEFT JOIN groups AS suffix_size
    ON suffix_size.level = 3 AND suffix_size.suffix = used.suffix AND suffix_size.size_octave = used.size_octave
  LEFT JOIN groups AS by_suffix ON by_suffix.level = 4 AND by_suffix.suffix = used.suffix
  LEFT JOIN groups AS type_size
    ON type_size.level = 5 AND type_size.file_type = used.file_type AND type_size.size_octave = used.size_octave
  CROSS JOIN site_figures AS site
)
SELECT
  path, path_bytes, parent_path, parent_path_bytes, entry_id, uid, size_bytes, atime, mtime,
  id_base_time, links, restriction, chunk_bytes, target_ids,
  coalesce(get(figures, 0).storage_class, 'any') AS storage_class,
  file_type,
  suffix,
  struct(
    coalesce(get(figures, 0).storage_class, 'any') AS storage_class,
    num_targets AS targets,
    size_octave,
    own_use AS use,
    CASE WHEN own_use IS NULL THEN siblings END AS directory,
    CASE WHEN own_use IS NULL THEN habit END AS habit,
    CAST(NULL AS STRING) AS left_out) AS cohort,
  CASE
    WHEN run_bytes > 0 THEN 'access'
    WHEN directory_run_log2 IS NOT NULL THEN 'directory'
    WHEN coalesce(owner_type_run_log2, owner_run_log2) IS NOT NULL THEN 'owner'
    WHEN type_run_log2 IS NOT NULL THEN 'type'
    ELSE 'none'
  END AS access_run_source,
  CASE
    WHEN event_opens_per_day IS NOT NULL THEN 'events'
    WHEN is_logged THEN 'access'
    WHEN mtime IS NOT NULL THEN 'times'
    ELSE 'none'
  END AS access_frequency_source,
  exists(figures, x -> x.io_throughput_bytes_per_s IS NOT NULL) AS has_telemetry,
  aggregate(filter(figures, x -> x.io_throughput_bytes_per_s IS NOT NULL), struct(0D AS total, 0D AS n),
    (a, x) -> struct(a.total + x.io_throughput_bytes_per_s AS total, a.n + 1D AS n),
    a -> try_divide(a.total, a.n)) AS io_throughput_bytes_per_s,
  aggregate(filter(figures, x -> x.network_latency_ms IS NOT NULL), struct(0D AS total, 0D AS n),
    (a, x) -> struct(a.total + x.network_latency_ms AS total, a.n + 1D AS n),
    a -> try_divide(a.total, a.n)) AS network_latency_ms,
  metadata_ops_per_s,
  aggregate(filter(figures, x -> x.storage_usage_fraction IS NOT NULL), struct(0D AS total, 0D AS n),
    (a, x) -> struct(a.total + x.storage_usage_fraction AS total, a.n + 1D AS n),
    a -> try_divide(a.total, a.n)) AS storage_usage_fraction,
  aggregate(filter(figures, x -> x.cpu_usage_fraction IS NOT NULL), struct(0D AS total, 0D AS n),
    (a, x) -> struct(a.total + x.cpu_usage_fraction AS total, a.n + 1D AS n),
    a -> try_divide(a.total, a.n)) AS cpu_usage_fraction,
  aggregate(filter(figures, x -> x.memory_usage_fraction IS NOT NULL), struct(0D AS total, 0D AS n),
    (a, x) -> struct(a.total + x.memory_usage_fraction AS total, a.n + 1D AS n),
    a -> try_divide(a.total, a.n)) AS memory_usage_fraction,
  aggregate(filter(figures, x -> x.network_bandwidth_bytes_per_s IS NOT NULL), struct(0D AS total, 0D AS n),
    (a, x) -> struct(a.total + x.network_bandwidth_bytes_per_s AS total, a.n + 1D AS n),
    a -> try_divide(a.total, a.n)) AS network_bandwidth_bytes_per_s,
  aggregate(filter(figures, x -> x.concurrent_operations IS NOT NULL), struct(0D AS total, 0D AS n),
    (a, x) -> struct(a.total + x.concurrent_operations AS total, a.n + 1D AS n),
    a -> try_divide(a.total, a.n)) AS concurrent_operations,
  get(figures, 0).io_capacity_bytes_per_s AS io_capacity_bytes_per_s,
  get(figures, 0).network_capacity_bytes_per_s AS network_capacity_bytes_per_s,
  get(figures, 0).queue_capacity AS queue_capacity,
  log2(1D + size_bytes) AS file_size_log2,
  file_type_code,
  coalesce(log2(nullif(run_bytes, 0)), directory_run_log2, owner_type_run_log2, owner_run_log2, type_run_log2) AS access_run_log2,
  log2(chunk_bytes / 1024D) AS current_chunk_log2_kib,
  CAST(num_targets AS DOUBLE) AS num_targets,
  CASE
    WHEN compressed_name OR (size_bytes > 0 AND allocated_bytes < 0.9D * size_bytes) THEN 1D
    ELSE 0D
  END AS compressed_flag,
  log2(1D + coalesce(
    event_opens_per_day,
    opens_per_day,
    (1D + CAST(coalesce(atime > mtime, false) AS INT))
      / greatest(1D, (unix_seconds(:as_of) - unix_seconds(coalesce(id_base_time, mtime))) / 86400D)))
    AS access_frequency_log2,
  log2(nullif(request_bytes, 0)) AS request_bytes_log2,
  sequential_share,
  coalesce(read_share, event_read_share) AS read_share,
  CAST(CAST(shared AS INT) AS DOUBLE) AS shared_flag,
  log2(nullif(processes, 0)) AS num_processes_log2
FROM placed
