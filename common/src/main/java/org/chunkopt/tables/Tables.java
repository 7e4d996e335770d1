package org.chunkopt.tables;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Every table the stages pass to one another, in the order of the data flow. */
public final class Tables {
  private Tables() {}

  public static final Table NODE_MINUTES =
      Table.of(
          "node_minutes",
          "one row per server and minute that has any metric",
          "node_kind, node_num_id, minute",
          """
          node_kind STRING                     | storage or meta
          node_num_id INT                      | BeeGFS numeric id of the node; its name may change, this does not
          node_id STRING                       | latest name of the node
          hostname STRING                      | host that Telegraf reports under, nullable
          minute TIMESTAMP                     | start of the minute, UTC
          samples INT                          | per-second samples in the minute
          responding_fraction DOUBLE           | share of polls that the node answered, 0..1
          disk_read_bytes DOUBLE               | bytes served to readers in the minute, storage only
          disk_write_bytes DOUBLE              | bytes taken from writers in the minute, storage only
          net_send_bytes DOUBLE                | bytes sent by the daemon over TCP in the minute
          net_recv_bytes DOUBLE                | bytes received by the daemon over TCP in the minute
          work_requests DOUBLE                 | requests finished in the minute
          queued_requests DOUBLE               | queued requests, mean of the samples
          read_bytes_by_second ARRAY<FLOAT>    | 60 slots, bytes read per second of the minute, null where no sample
          write_bytes_by_second ARRAY<FLOAT>   | 60 slots, bytes written per second of the minute, null where no sample
          disk_space_total_bytes DOUBLE        | capacity of the node's targets, mean of the polls
          disk_space_free_bytes DOUBLE         | free space of the node's targets, mean of the polls
          cpu_usage_fraction DOUBLE            | busy share of all cores, 0..1, Telegraf cpu
          memory_usage_fraction DOUBLE         | 1 - available / total, Telegraf mem
          network_latency_ms DOUBLE            | mean round trip to the host, Telegraf ping
          nic_bytes_per_s DOUBLE               | bytes sent and received by the host's interfaces, without those that stand on others, Telegraf net
          infiniband_bytes_per_s DOUBLE        | bytes sent and received by InfiniBand ports, Telegraf infiniband
          """);

  public static final Table TARGET_MINUTES =
      Table.of(
          "target_minutes",
          "one row per storage target and minute",
          "target_id, minute",
          """
          target_id INT                 | storage target
          node_num_id INT               | its storage server
          minute TIMESTAMP              | start of the minute, UTC
          disk_space_total_bytes DOUBLE | capacity, mean of the polls
          disk_space_free_bytes DOUBLE  | free space, mean of the polls
          inodes_total DOUBLE           | inodes, mean of the polls
          inodes_free DOUBLE            | free inodes, mean of the polls
          consistency STRING            | worst state of the minute: GOOD, NEEDS_RESYNC or BAD
          """);

  public static final Table CLIENT_MINUTES =
      Table.of(
          "client_minutes",
          "one row per client or user, kind of server and minute with operations",
          "scope, server_kind, client, minute",
          """
          scope STRING        | node or user
          server_kind STRING  | storage or meta
          client STRING       | client address, or numeric user id
          minute TIMESTAMP    | start of the minute, UTC
          read_bytes DOUBLE   | bytes read, storage only
          read_ops DOUBLE     | read messages, storage only
          write_bytes DOUBLE  | bytes written, storage only
          write_ops DOUBLE    | write messages, storage only
          open_ops DOUBLE     | opens, meta only
          close_ops DOUBLE    | closes
          stat_ops DOUBLE     | stats
          total_ops DOUBLE    | all operations
          """);

  public static final Table FILES =
      Table.of(
          "files",
          "one row per entry of the inventory, directories and other types included",
          "path_bytes",
          """
          path STRING                        | path in the file system, valid UTF-8, escaped
          path_bytes BINARY                  | exact bytes of the path
          parent_path STRING                 | directory that holds it, escaped
          parent_path_bytes BINARY           | exact bytes of that directory
          entry_id STRING                    | BeeGFS EntryID; null where an index has none of an entry that is no file
          entry_type STRING                  | file, directory, symlink, pipe, socket, block-device, character-device
          inode BIGINT                       | inode number
          size_bytes BIGINT                  | size
          allocated_bytes BIGINT             | allocated blocks, in bytes
          atime TIMESTAMP                    | last access; like the other times null outside the years 1 to 9999
          mtime TIMESTAMP                    | last change of the content
          ctime TIMESTAMP                    | last change of the inode
          uid BIGINT                         | owner; null where an index has only the name
          gid BIGINT                         | group; null where an index has only the name
          links INT                          | hard links: paths of this inode, each of which has a row
          meta_node_num_id INT               | metadata node, nullable
          pattern STRING                     | RAID0 or Buddy Mirror, nullable
          chunk_bytes BIGINT                 | chunk size of the file, or of new files in the directory, nullable
          desired_targets INT                | targets asked for, nullable
          num_targets INT                    | targets in use; null for directories
          target_ids ARRAY<INT>              | storage targets in stripe order; empty where unknown or mirrored
          mirror_group_ids ARRAY<INT>        | storage buddy groups of a mirrored file
          storage_pool STRING                | pool of a directory, nullable
          id_base_time TIMESTAMP             | time in the EntryID: 1 to 64 s before the creation, nullable
          restriction STRING                 | why a file teaches nothing and is never planned: offloaded to remote storage, locked, or remote (it has a copy there); null where it is plain, or its state is not known
          source_file STRING                 | inventory file it was read from
          """);

  public static final Table ACCESS =
      Table.of(
          "access",
          "one row per file and run of a job of the access logs",
          "job_id, uid, run_start, path_bytes",
          """
          path STRING             | path in the file system, escaped
          path_bytes BINARY       | exact bytes of the path
          job_id STRING           | job or log that saw the file
          uid BIGINT              | user of the job, nullable
          run_start TIMESTAMP     | start of the log, or of the first of the logs of this job and user that overlap in time; logs that do not overlap are runs of their own; nullable
          access_start TIMESTAMP  | first open by the job
          access_end TIMESTAMP    | last close by the job
          processes INT           | processes that touched the file
          shared BOOLEAN          | whether more than one process touched it
          opens BIGINT            | opens
          bytes_read BIGINT       | bytes read
          bytes_written BIGINT    | bytes written
          reads BIGINT            | read calls
          writes BIGINT           | write calls
          sequential_reads BIGINT | reads at a higher offset than the last
          sequential_writes BIGINT | writes at a higher offset than the last
          consecutive_reads BIGINT | reads that begin where the last ended
          consecutive_writes BIGINT | writes that begin where the last ended
          read_seconds DOUBLE     | seconds spent reading: of the process, or of the slowest process of a shared file
          write_seconds DOUBLE    | seconds spent writing, likewise
          meta_seconds DOUBLE     | seconds spent in open, close, stat
          request_bytes BIGINT    | most common request size, nullable
          source_file STRING      | log it was read from
          """);

  public static final Table FILE_EVENTS =
      Table.of(
          "file_events",
          "one row per entry and UTC day of the logs of BeeGFS file events",
          "entry_id, day",
          """
          entry_id STRING        | BeeGFS EntryID; a rename does not change it
          path STRING            | path after its last event of the day, escaped; empty where no event has one
          path_bytes BINARY      | exact bytes of that path
          day DATE               | day, UTC
          opens BIGINT           | opens
          reads BIGINT           | opens that may read
          writes BIGINT          | opens that may write
          events BIGINT          | events of any type
          first_event TIMESTAMP  | first event of the day
          last_event TIMESTAMP   | last event of the day
          """);

  public static final Table SWEEPS =
      Table.of(
          "sweeps",
          "one row per measurement of a benchmark that set the chunk size itself",
          "source_file, row_no",
          """
          path STRING               | file measured
          group_name STRING         | directory or user that splits and bootstraps go by
          file_size_bytes BIGINT    | size of the file
          chunk_bytes BIGINT        | chunk size set
          num_targets INT           | targets
          target_ids ARRAY<INT>     | targets, empty where not given
          request_bytes BIGINT      | request size, nullable
          read_share DOUBLE         | bytes read over bytes moved, nullable
          sequential_share DOUBLE   | share of sequential requests, nullable
          processes INT             | processes, nullable
          shared BOOLEAN            | one file for all processes, nullable
          throughput_mib_s DOUBLE   | measured throughput
          observed_at TIMESTAMP     | time of the measurement, nullable
          source STRING             | name of the benchmark
          source_file STRING        | file it was read from
          row_no BIGINT             | row in that file, from 1
          """);

  public static final Table REJECTS =
      Table.of(
          "rejects",
          "one row per rejected line, record or file",
          "source_file, byte_offset",
          """
          source_file STRING | input file
          byte_offset BIGINT | where the record begins in the uncompressed input
          raw BINARY         | its bytes, the first 64 KiB
          reason STRING      | one of the reasons of RejectReason
          detail STRING      | what was wrong, in words, nullable
          """);

  public static final Table INGEST_LEDGER =
      Table.of(
          "ingest_ledger",
          "one row per input file; lines = accepted + rejected + comments + blanks + unknown",
          "source_file",
          """
          source_file STRING | input file
          kind STRING        | metrics, inventory, access or observations
          format STRING      | format recognised
          bytes BIGINT       | bytes read, uncompressed
          lines BIGINT       | lines or records
          accepted BIGINT    | lines taken
          rejected BIGINT    | lines in rejects
          comments BIGINT    | comment and header lines
          blanks BIGINT      | blank lines
          unknown BIGINT     | lines of measurements or modules that are not used, and further lines of a text
          duplicates BIGINT  | accepted lines that repeat an earlier one; the last value wins
          """);

  /**
   * The type of the columns {@code cohort}: files that get the same answer. Of use, directory and
   * habit: where logs tell the use it is given; else the logged files of the directory, if there
   * are any, and the finest other group of logged files stand for it.
   */
  public static final String COHORT =
      "STRUCT<storage_class: STRING, targets: INT, size_octave: INT, use: STRUCT<writes: BOOLEAN,"
          + " sequential: BOOLEAN, shared: BOOLEAN, request_octave: INT, processes_octave: INT>,"
          + " directory: STRING, habit: STRING, left_out: STRING>";

  /** The server side of the fifteen inputs and their flags: taken before the access. */
  private static final String SERVER_INPUTS =
      """
      io_throughput_bytes_per_s DOUBLE      | read + write of the file's storage servers, mean per server over the history window
      network_latency_ms DOUBLE             | mean round trip to those servers
      metadata_ops_per_s DOUBLE             | requests of the metadata servers, sum
      storage_usage_fraction DOUBLE         | 1 - free / total of the file's targets
      cpu_usage_fraction DOUBLE             | of those servers
      memory_usage_fraction DOUBLE          | of those servers
      network_bandwidth_bytes_per_s DOUBLE  | send + receive of those servers, mean per server
      concurrent_operations DOUBLE          | queued requests of those servers, mean
      """;

  /** The file side of the fifteen inputs. */
  private static final String FILE_INPUTS =
      """
      file_size_log2 DOUBLE         | log2(1 + size in bytes)
      file_type_code DOUBLE         | stable code of the type class of the name's suffix
      access_run_log2 DOUBLE        | log2 of the bytes one process touches contiguously per request
      current_chunk_log2_kib DOUBLE | log2 of the chunk size in KiB
      num_targets DOUBLE            | targets in use
      compressed_flag DOUBLE        | 1 where 512 * blocks < 0.9 * size or the suffix says compressed
      access_frequency_log2 DOUBLE  | log2(1 + opens per day)
      """;

  /** Inputs that are encoded by what evidence learns; the tables cohorts and suffixes have them. */
  private static final String ENCODED =
      """
      file_type_request_log2 DOUBLE    | file type: log2 of the request in bytes that files of the suffix are expected to have
      access_pattern_chunk_log2 DOUBLE | access pattern: log2 of the chunk size in KiB that the law alone prefers for the use, the mean where several are likely
      never_logged DOUBLE              | 1 where no log tells the use
      """;

  private static final String DERIVED =
      """
      io_efficiency DOUBLE          | server throughput over the servers' own 95th percentile
      network_saturation DOUBLE     | bandwidth over the servers' own 99th percentile
      storage_pressure DOUBLE       | mean of usage and queue, each 0..1
      request_bytes_log2 DOUBLE     | log2 of the request size, nullable
      sequential_share DOUBLE       | share of sequential requests, nullable
      read_share DOUBLE             | bytes read over bytes moved, else opens for reading over opens of either kind, nullable
      shared_flag DOUBLE            | 1 where several processes use the file, nullable
      num_processes_log2 DOUBLE     | log2 of the processes, nullable
      io_throughput_missing DOUBLE      | 1 where io_throughput_bytes_per_s is null
      network_latency_missing DOUBLE    | 1 where network_latency_ms is null
      metadata_ops_missing DOUBLE       | 1 where metadata_ops_per_s is null
      storage_usage_missing DOUBLE      | 1 where storage_usage_fraction is null
      cpu_usage_missing DOUBLE          | 1 where cpu_usage_fraction is null
      memory_usage_missing DOUBLE       | 1 where memory_usage_fraction is null
      network_bandwidth_missing DOUBLE  | 1 where network_bandwidth_bytes_per_s is null
      concurrent_operations_missing DOUBLE | 1 where concurrent_operations is null
      access_run_missing DOUBLE         | 1 where access_run_log2 is null
      access_frequency_missing DOUBLE   | 1 where access_frequency_log2 is null
      request_bytes_missing DOUBLE      | 1 where request_bytes_log2 is null
      sequential_share_missing DOUBLE   | 1 where sequential_share is null
      read_share_missing DOUBLE         | 1 where read_share is null
      shared_missing DOUBLE             | 1 where shared_flag is null
      num_processes_missing DOUBLE      | 1 where num_processes_log2 is null
      """;

  /** The fifteen inputs of the network by default, in order. */
  public static final List<String> DEFAULT_FEATURES =
      List.of(
          "io_efficiency",
          "network_latency_ms",
          "metadata_ops_per_s",
          "storage_usage_fraction",
          "cpu_usage_fraction",
          "memory_usage_fraction",
          "network_bandwidth_bytes_per_s",
          "concurrent_operations",
          "file_size_log2",
          "file_type_request_log2",
          "access_pattern_chunk_log2",
          "current_chunk_log2_kib",
          "num_targets",
          "compressed_flag",
          "access_frequency_log2");

  /** Inputs of the servers, not of the file. */
  public static final List<String> SERVER_FEATURES =
      Stream.concat(
              names(SERVER_INPUTS).stream(),
              Stream.of("io_efficiency", "network_saturation", "storage_pressure"))
          .toList();

  /** Every input a network may have, in order. */
  public static final List<String> EXTENDED_FEATURES =
      names(SERVER_INPUTS + FILE_INPUTS + ENCODED + DERIVED);

  public static final Table FILE_FEATURES =
      Table.of(
          "file_features",
          "one row per regular file of the inventory",
          "path_bytes",
          """
          path STRING             | path in the file system, escaped
          path_bytes BINARY       | exact bytes of the path
          parent_path STRING      | directory that holds it, escaped
          parent_path_bytes BINARY | exact bytes of that directory
          entry_id STRING         | BeeGFS EntryID
          uid BIGINT              | owner
          size_bytes BIGINT       | size
          atime TIMESTAMP         | last access
          mtime TIMESTAMP         | last change of the content
          id_base_time TIMESTAMP  | time in the EntryID
          links INT               | hard links
          restriction STRING      | why it teaches nothing and is never planned: offloaded, locked or remote; null where it is plain
          chunk_bytes BIGINT      | current chunk size, nullable
          target_ids ARRAY<INT>   | storage targets
          storage_class STRING    | pool, else class of the targets' capacity, else unknown
          file_type STRING        | type class of the name's suffix
          suffix STRING           | suffix of the name, lower case; empty where there is none
          cohort %s | cohort whose evidence applies
          access_run_source STRING | access, directory, owner, type or none
          access_frequency_source STRING | events, access, times or none
          has_telemetry BOOLEAN   | whether its servers have metrics in the history window
          """
                  .formatted(COHORT)
              + SERVER_INPUTS
              + FILE_INPUTS
              + DERIVED);

  public static final Table HABITS =
      Table.of(
          "habits",
          "one row per group of files, directory and use: how logged files are used, for files without a log",
          "habit, directory, use",
          """
          level INT                | 0 a directory's type, 1 owner with suffix and size, 2 owner with suffix, 3 suffix with size, 4 suffix, 5 file type with size, 6 all
          habit STRING             | name of the group, as in cohorts
          parent_path_bytes BINARY | of a directory: its exact bytes
          uid BIGINT               | owner, where the group has one
          suffix STRING            | suffix, where the group has one
          file_type STRING         | file type, where the group has one
          size_octave INT          | log2 of the smallest power of two that holds the file, where the group has one
          directory STRING         | directory of the logged files, escaped
          use STRUCT<writes: BOOLEAN, sequential: BOOLEAN, shared: BOOLEAN, request_octave: INT, processes_octave: INT> | how they are used
          files BIGINT             | logged files of the directory that are used so
          request_log2 DOUBLE      | log2 of the request in bytes, their mean
          processes_log2 DOUBLE    | log2 of the processes, their mean
          """);

  public static final Table PATTERN_CHANGES =
      Table.of(
          "pattern_changes",
          "one row per change of a chunk size, kept for run.carry-days",
          "source, path_bytes, new_run_date",
          """
          source STRING            | inventories: of two runs; creation: files of one inventory, all older ones with the old size and all newer ones with the new
          kind STRING              | directory, or file: created anew at the same path
          path STRING              | directory or file, escaped
          path_bytes BINARY        | exact bytes of the path
          entry_id STRING          | BeeGFS EntryID after the change, nullable
          directory STRING         | directory whose files changed: the path, or that which holds the file, escaped
          old_chunk_bytes BIGINT   | chunk size before
          new_chunk_bytes BIGINT   | chunk size after
          old_run_date DATE        | last run that saw the old one alone, null where one inventory shows the change
          new_run_date DATE        | first run that saw the new one
          changed_after TIMESTAMP  | the change came later than this
          changed_before TIMESTAMP | the change came no later than this, but for the 64 s of the time in an EntryID
          """);

  public static final Table OBSERVATIONS =
      Table.of(
          "observations",
          "one row per file and access window with a measured throughput",
          "source, observation_id",
          """
          source STRING             | sweep, darshan or inventory
          observation_id STRING     | stable id within the source
          path_bytes BINARY         | file
          directory STRING          | directory or group that splits and bootstraps go by
          uid BIGINT                | owner, nullable
          split STRING              | train, validation or test, by directory and time; before or after where the two disagree; sweep
          cohort %s | cohort of the access
          access_start TIMESTAMP    | begin of the access window, nullable
          access_end TIMESTAMP      | end of the access window, nullable
          node_num_id INT           | storage server of the first target, nullable
          size_bytes BIGINT         | size of the file
          chunk_bytes BIGINT        | chunk size it was accessed with
          log2_throughput DOUBLE    | log2 of the throughput in MiB/s
          request_bytes_log2 DOUBLE | log2 of the request size, nullable
          num_processes_log2 DOUBLE | log2 of the processes of the access, nullable
          page_cache BOOLEAN        | a read at the speed of the client's memory, whatever the chunk size
          weight DOUBLE             | trust in the response, 0..1; 0 for reads from the page cache
          """
              .formatted(COHORT));

  public static final Table POOL_LAWS =
      Table.of(
          "pool_laws",
          "one row per fold and class of storage: its response model in figures",
          "fold, storage_class",
          """
          fold STRING                   | as in evidence
          storage_class STRING          | class of the storage targets
          history_cells BIGINT          | cells of the history (directory, use and chunk size) that it was fitted to
          sweep_cells BIGINT            | cells of benchmarks
          h_bytes DOUBLE                | chunk size at which one target reaches half its bandwidth: overhead_s * target_bytes_per_s
          overhead_s DOUBLE             | law: time of a chunk message
          fan_out_s DOUBLE              | law: for each further target of a round
          seek_s DOUBLE                 | law: positioning of a request that is not sequential
          target_bytes_per_s DOUBLE     | law: bandwidth of a target
          link_bytes_per_s DOUBLE       | law: bandwidth of a client
          rewrite_loss DOUBLE           | law: extra cost of writing pieces below the full stripe, as a part of the plain write
          full_stripe_bytes DOUBLE      | law: full stripe of the parity RAID
          gathered_bytes DOUBLE         | law: pieces in which a private sequential stream leaves the client
          random_shared STRING          | law: targets that random requests to a shared file keep busy: all, chance or interleaved
          lock_share DOUBLE             | law: loss of writes to a shared file for each process beyond the busy targets
          processes_per_client DOUBLE   | law: processes behind one link
          amplitude DOUBLE              | share of the eight kinds of access in which the history shows the law's differences between chunk sizes, or says nothing against them
          residual_share DOUBLE         | factor on what trees learnt beyond the law, 0..1, from directories they had not seen
          unseen_variance DOUBLE        | variance of the gain of a chunk size that the history has not seen in such a use, log2^2 per octave
          """);

  public static final Table COHORTS =
      Table.of(
          "cohorts",
          "one row per cohort: what the response model of the learning directories says of it",
          "cohort",
          """
          cohort %s | cohort
          access_pattern_chunk_log2 DOUBLE | input of the network: log2 of the chunk size in KiB that the law alone prefers
          best_log2_kib DOUBLE      | log2 of the best chunk size in KiB: the network's label where the use is known
          spread_log2 DOUBLE        | log2 of the throughput with the best chunk size over the worst
          """
              .formatted(COHORT));

  public static final Table SUFFIXES =
      Table.of(
          "suffixes",
          "one row per suffix with logged files",
          "suffix",
          """
          suffix STRING                 | suffix of the name, lower case
          directories BIGINT            | directories with logged files of it
          file_type_request_log2 DOUBLE | input of the network: log2 of the request in bytes that such files are expected to have
          """);

  public static final Table EVIDENCE =
      Table.of(
          "evidence",
          "one row per fold, cohort, present chunk size of its files and other chunk size: what the change is worth",
          "fold, cohort, from_chunk_bytes, to_chunk_bytes",
          """
          fold STRING                | learn: by the history of the learning directories; all: by the whole history, which the advice uses
          cohort %s | cohort
          from_chunk_bytes BIGINT    | present chunk size, held to the eight candidates
          to_chunk_bytes BIGINT      | another one, or the same
          files BIGINT               | files of the namespace that have the present one; 0 for files that policies are judged on as if never logged
          gain_log2 DOUBLE           | expected log2 of the throughput over that with the present chunk size
          gain_se DOUBLE             | its standard error
          gain_p10_log2 DOUBLE       | 10 %% quantile
          gain_p20_log2 DOUBLE       | 20 %% quantile
          gain_p90_log2 DOUBLE       | 90 %% quantile
          faster DOUBLE              | probability of being faster by more than a tie
          slower DOUBLE              | probability of being slower by more than 5 %%
          time_saved DOUBLE          | expected share of the I/O time that is saved, counted 0 where it becomes slower
          time_lost DOUBLE           | expected share of the I/O time that is lost, counted 0 where it becomes faster
          from_throughput_log2 DOUBLE | expected log2 throughput with the present chunk size, MiB/s
          tier STRING                | measured: the history or a benchmark has seen both chunk sizes in such a use; changed: a directory changed between them; predicted
          """
              .formatted(COHORT));

  public static final Table LABELS =
      Table.of(
          "labels",
          "one row per observed file and form, as it is and as if never logged: what the network learns and is judged on, with its inputs before the access",
          "path_bytes, never_logged",
          """
          path_bytes BINARY         | file
          directory STRING          | directory, the unit of splits
          uid BIGINT                | owner
          split STRING              | train, validation or test, by directory
          use_cohort %1$s | cohort with the file's own use: the label is its best chunk size
          cohort %1$s | cohort of the form
          size_bytes BIGINT         | size
          chunk_bytes BIGINT        | chunk size of the file
          label_log2_kib DOUBLE     | log2 of the best chunk size in KiB
          label_scaled DOUBLE       | (label_log2_kib - 6) / 7, the network's target
          weight DOUBLE             | sample weight: min(1, spread / 0.5) + 0.02; a tenth of it where no server figures reach back to the access
          spread_log2 DOUBLE        | log2 of the throughput with the best chunk size over the worst
          """
                  .formatted(COHORT)
              + SERVER_INPUTS
              + FILE_INPUTS
              + ENCODED
              + DERIVED);

  public static final Table PROPOSALS =
      Table.of(
          "proposals",
          "one row per file of the directories that policies are judged on: what the network and the cohort table would set",
          "path_bytes",
          """
          path_bytes BINARY           | file, of a sample of the directories where they are many
          directory STRING            | directory, the unit of splits, escaped
          chunk_bytes BIGINT          | chunk size now
          network_id STRING           | network that was judged, null where there is none
          network_log2_kib DOUBLE     | raw output of the network, log2 KiB, null without one
          network_chunk_bytes BIGINT  | chunk size that the network's advice would set, null without one
          table_chunk_bytes BIGINT    | the same of the cohort table
          """);

  public static final Table EVALUATION =
      Table.of(
          "evaluation",
          "one row per policy and metric",
          "basis, policy, metric",
          """
          basis STRING     | judge: evidence (response model of the learning directories, on files of the held-out ones) or truth (simulated sites)
          policy STRING    | keep, default-512k, request-rule, best-constant, cohort-table, mlp, mlp-raw or oracle
          metric STRING    | ratio-to-oracle, ratio-to-best-constant, ratio-to-cohort-table, gain-over-current, gain-over-default, the two gains by bytes (-bytes), within-octave, strict-hit, harm (share of the files slower by more than 5 %), harm-of-moved (the same of those that would be changed), moved, regret-p95, calibration-slope and coverage-80. Of evidence also octaves-over-cohort-table, which decides whether the network is published. Of truth also gate:NAME, 1 for passed
          value DOUBLE     | value
          low DOUBLE       | lower end of the 95 % interval, bootstrap by directory
          high DOUBLE      | upper end
          files BIGINT     | files judged; of octaves-over-cohort-table logged files in both forms of labels
          directories BIGINT | their directories
          seed BIGINT      | seed of the split and the bootstrap
          """);

  public static final Table RECOMMENDATIONS =
      Table.of(
          "recommendations",
          "one row per regular file of the inventory",
          "path_bytes",
          """
          path STRING                    | path in the file system, escaped
          path_bytes BINARY              | exact bytes of the path
          entry_id STRING                | BeeGFS EntryID
          parent_path STRING             | directory that holds it, escaped
          uid BIGINT                     | owner
          size_bytes BIGINT              | size
          num_targets INT                | targets in use
          current_chunk_bytes BIGINT     | chunk size now
          recommended_chunk_bytes BIGINT | chunk size advised; the current one where the action is keep
          predicted_log2_kib DOUBLE      | the policy's raw output, log2 KiB
          expected_gain DOUBLE           | expected throughput over the current one's, 1 = same
          gain_p10 DOUBLE                | 10 % quantile of the gain
          gain_p90 DOUBLE                | 90 % quantile of the gain
          action STRING                  | keep, set-directory, rewrite, prior-only (of tier predicted) or insufficient
          tier STRING                    | measured, changed or predicted, as in evidence
          reason STRING                  | why, in words
          has_telemetry BOOLEAN          | whether its servers have metrics
          rewrite_cost_s DOUBLE          | seconds to copy the file once
          model_id STRING                | policy that scored it
          schema_version INT             | version of this table
          """);

  /** A kind of use, as far as a pilot tells it apart. */
  private static final String KIND =
      "STRUCT<storage_class: STRING, targets: INT, writes: BOOLEAN, sequential: BOOLEAN,"
          + " shared: BOOLEAN, request_octave: INT>";

  public static final Table DIRECTORY_ARMS =
      Table.of(
          "directory_arms",
          "one row per directory and chunk size that the network proposes, or the advice names, for one of its files: what it would do to new files",
          "path_bytes, recommended_chunk_bytes",
          """
          path STRING                    | directory, escaped
          path_bytes BINARY              | exact bytes of the directory
          current_chunk_bytes BIGINT     | chunk size of new files now, or of most files where the inventory has no directories
          recommended_chunk_bytes BIGINT | another one
          advised_files BIGINT           | files whose advice it is
          files BIGINT                   | regular files in the directory that the evidence has an answer for
          new_files BIGINT               | of these made in the last plan.history-days
          bytes DECIMAL(38,0)            | bytes of the files
          hours DOUBLE                   | hours of I/O a day that new files take as it is
          hours_saved DOUBLE             | of these expected to be saved, by what becomes faster
          hours_lost DOUBLE              | expected to be lost, by what becomes slower
          hours_local DOUBLE             | hours that rest on measured or changed evidence
          hours_measured DOUBLE          | hours that rest on measured evidence
          slower_share DOUBLE            | new files expected to become slower by more than 5 %%, as a share
          gain_log2 DOUBLE               | expected log2 throughput over that with the current chunk size, mean over the hours
          gain_p10_log2 DOUBLE           | 10 %% quantile
          gain_p90_log2 DOUBLE           | 90 %% quantile
          kind %s | use of the logged files of most hours, null where no file of it is logged
          """
              .formatted(KIND));

  public static final Table DIRECTORY_PLAN =
      Table.of(
          "directory_plan",
          "one row per directory whose new files should get another chunk size, try it, or go back to the one before",
          "path_bytes",
          """
          path STRING                    | directory, escaped
          path_bytes BINARY              | exact bytes of the directory
          part STRING                    | change, try (half of the directories of a pilot) or undo (what a pilot or an earlier change made slower)
          files BIGINT                   | regular files in it
          bytes BIGINT                   | their bytes; of a file with more than one hard link those of its first path alone
          new_files BIGINT               | of these made in the last plan.history-days
          advised_files BIGINT           | files whose advice is the recommended chunk size
          current_chunk_bytes BIGINT     | chunk size of new files now, or of most files where the inventory has no directories
          recommended_chunk_bytes BIGINT | chunk size proposed for new files
          expected_gain DOUBLE           | expected throughput over the current one's, mean of the logarithm over the I/O time of new files
          gain_p10 DOUBLE                | 10 % quantile
          gain_p90 DOUBLE                | 90 % quantile
          hours DOUBLE                   | hours of I/O a day that new files take as it is
          hours_saved DOUBLE             | of these expected to be saved, by what becomes faster
          hours_lost DOUBLE              | expected to be lost, by what becomes slower
          tier STRING                    | what most of that time rests on: measured, changed or predicted
          selected BOOLEAN               | within the limits of the plan and safe to list
          list_file STRING               | list it stands in, null where not selected
          reason STRING                  | why, in words
          """);

  public static final Table PILOTS =
      Table.of(
          "pilots",
          "one row per directory that takes part in a trial of a chunk size, kept for run.carry-days",
          "path_bytes, assigned_chunk_bytes",
          """
          path STRING                 | directory, escaped
          path_bytes BINARY           | exact bytes of the directory
          kind %s | use of most of its logged files: one trial a kind and chunk size
          role STRING                 | treated or control, by lot
          current_chunk_bytes BIGINT  | chunk size before
          assigned_chunk_bytes BIGINT | chunk size that is tried
          propensity DOUBLE           | chance of the directory to be treated, 0..1
          hours DOUBLE                | hours of I/O a day that its new files take
          hours_unlocked DOUBLE       | hours a day that the kind would save if the answer is good
          run_date DATE               | run that proposed it
          state STRING                | running, promoted (measured, and faster), reverted (measured, and not faster) or dropped (not followed, or not measured in plan.pilot-days)
          """
              .formatted(KIND));

  public static final Table OUTCOMES =
      Table.of(
          "outcomes",
          "one row per change of a directory's chunk size that a plan proposed or somebody made, kept for run.carry-days after it was last seen",
          "path_bytes, new_chunk_bytes",
          """
          path STRING               | directory, escaped
          path_bytes BINARY         | exact bytes of the directory
          origin STRING             | change, try or undo of a plan, or hand
          old_chunk_bytes BIGINT    | chunk size of new files before
          new_chunk_bytes BIGINT    | and after
          promised_on DATE          | run that first proposed it, null for a change by hand
          promised_gain DOUBLE      | expected throughput over that before, as promised
          promised_p10 DOUBLE       | its 10 % quantile
          promised_p90 DOUBLE       | its 90 % quantile
          promised_hours DOUBLE     | hours a day it promised to save less those it may lose
          followed_on DATE          | run whose inventory first shows it, null while it does not
          measured_gain DOUBLE      | mean throughput of files made after over files made before, same directory and use; null where neither is measured
          measured_low DOUBLE       | lower end of its 95 % interval
          measured_high DOUBLE      | upper end
          files_before BIGINT       | measured files with the old chunk size
          files_after BIGINT        | measured files with the new one
          verdict STRING            | waiting (not followed), open (too few are measured), faster, slower or alike
          seen_on DATE              | run that last saw the directory
          """);

  public static final Table PLAN_OUTLOOK =
      Table.of(
          "plan_outlook",
          "one row per level of trust and judge: what new files get that are made under the plan",
          "trust, basis",
          """
          trust STRING             | none (nothing is done), measured, pilots (measured, and the trials), all: the values of plan.trust
          basis STRING             | evidence (what is expected) or truth (of a simulated site)
          directories BIGINT       | directories that would be set
          hours DOUBLE             | hours of I/O a day of new files as it is
          hours_saved DOUBLE       | of these saved, by what becomes faster
          hours_lost DOUBLE        | lost, by what becomes slower
          hours_saved_p10 DOUBLE   | saved less lost, 10 % quantile if all errors point one way; of truth the value
          hours_saved_p90 DOUBLE   | 90 % quantile
          hours_avoidable DOUBLE   | saved if every file had its best chunk size
          slower_share DOUBLE      | share of new files more than 5 % slower than now
          ratio_to_oracle DOUBLE   | throughput over the best, geometric mean over new files; of truth alone
          """);

  public static final Table ROOT_DEFAULT =
      Table.of(
          "root_default",
          "one row per storage class and chunk size: what it would do to new files of the directories that have the most common chunk size",
          "storage_class, chunk_bytes",
          """
          storage_class STRING       | storage class of the files
          current_chunk_bytes BIGINT | most common chunk size of directories
          chunk_bytes BIGINT         | another one
          directories BIGINT         | directories that have the common one and new files
          hours DOUBLE               | hours of I/O a day of their new files
          hours_saved DOUBLE         | saved by this size for all of them
          hours_lost DOUBLE          | lost
          hours_saved_p10 DOUBLE     | saved less lost, 10 % quantile if all errors point one way
          hours_saved_p90 DOUBLE     | 90 % quantile
          """);

  public static final Table FILE_REGRET =
      Table.of(
          "file_regret",
          "one row per file that loses time by its chunk size, as far as local data shows it",
          "path_bytes",
          """
          path STRING                 | path, escaped
          path_bytes BINARY           | exact bytes of the path
          entry_id STRING             | BeeGFS EntryID; the sum begins anew with another one
          current_chunk_bytes BIGINT  | chunk size now; the sum begins anew with another one
          regret_s_per_day DOUBLE     | seconds lost a day by tonight's evidence, by the lower bound (20 % quantile) of the gain
          accumulated_regret_s DOUBLE | seconds lost over the nights: each night's regret a day times the days since the run before
          regret_nights INT           | runs that added to it
          rewrite_cost_s DOUBLE       | seconds to copy the file once
          """);

  public static final Table FILE_PLAN =
      Table.of(
          "file_plan",
          "one row per file that is a candidate for a rewrite",
          "path_bytes",
          """
          path STRING                    | path, escaped
          path_bytes BINARY              | exact bytes of the path
          entry_id STRING                | BeeGFS EntryID
          size_bytes BIGINT              | size the advice was made for
          current_chunk_bytes BIGINT     | chunk size now
          recommended_chunk_bytes BIGINT | chunk size advised
          expected_gain DOUBLE           | expected throughput over the current one's
          gain_p10 DOUBLE                | 10 % quantile
          rewrite_cost_s DOUBLE          | seconds to copy the file once
          time_saved_s DOUBLE            | seconds saved over the horizon
          selected BOOLEAN               | within the limits of the plan and safe to list
          list_file STRING               | list it stands in, null where not selected
          reason STRING                  | why, in words
          """);

  /** The hidden truth of a simulated site; only the evaluator may read it. */
  public static final Table TRUTH =
      Table.of(
          "truth",
          "one row per regular file of a simulated site",
          "path_bytes",
          """
          path_bytes BINARY              | file
          throughput_mib_s ARRAY<DOUBLE> | expected throughput at 64 KiB, 128 KiB, ... 8 MiB: eight values
          """);

  /** Columns of carried tables that runs of release 1.0 do not have. */
  static final Set<String> ADDED = Set.of("files.restriction");

  /** What a published run holds, in the order of the data flow. */
  public static final List<Table> PUBLISHED =
      List.of(
          NODE_MINUTES,
          TARGET_MINUTES,
          CLIENT_MINUTES,
          FILES,
          ACCESS,
          FILE_EVENTS,
          SWEEPS,
          REJECTS,
          INGEST_LEDGER,
          FILE_FEATURES,
          HABITS,
          PATTERN_CHANGES,
          OBSERVATIONS,
          POOL_LAWS,
          COHORTS,
          SUFFIXES,
          EVIDENCE,
          LABELS,
          PROPOSALS,
          EVALUATION,
          RECOMMENDATIONS,
          DIRECTORY_ARMS,
          DIRECTORY_PLAN,
          PILOTS,
          OUTCOMES,
          PLAN_OUTLOOK,
          ROOT_DEFAULT,
          FILE_REGRET,
          FILE_PLAN);

  private static List<String> names(String columns) {
    return columns.strip().lines().map(line -> line.strip().split("\\s+", 2)[0]).toList();
  }
}
