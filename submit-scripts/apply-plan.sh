#!/usr/bin/env bash
# apply-plan.sh --run DIRECTORY [--yes --journal FILE] [OPTION]... [-- ARGUMENT...]
# Applies the plan of a published run: gives directories the recommended chunk size for new files, then
# rewrites files with theirs. Without --yes it only looks, and prints what it would do. The largest
# expected gain goes first. Run it as root on a client; the lists of explored directories are not applied.
#
#   --run DIRECTORY      the run, such as OUTPUT/runs/run_date=2026-11-23; of a run on HDFS, what
#                        "hdfs dfs -get .../run_date=2026-11-23/plan RUN/plan" has copied. It, its plan and
#                        the journal must be the user's own, and others must not be able to write to them
#   --run-owner USER     who makes the runs, where that is another user whom you trust
#   --yes                act
#   --journal FILE       what was begun and done, needed with --yes. The same command with the same journal
#                        goes on after a kill, a limit or a failure, and first takes away what was left.
#                        Keep it outside the run
#   --only directories|files
#   --cli v7|v8          beegfs-ctl or beegfs; default: the one that the run was made for. What stands
#                        behind -- is passed on to it
#   --mount DIRECTORY    mount point; default: that of the run, which must be BeeGFS
#
# Limits, of everything that is done with one journal. It ends before the first entry that exceeds one:
#   --max-directories N  default: 1000
#   --max-files N        default: 1000
#   --max-bytes SIZE     of the files that are copied; default: 1T
#   --keep-free SHARE    of the file system and of each target, after each copy; default: 0.1
#   --max-error-rate SHARE  of the attempts; it stops at more, from the third failure on; default: 0.05
#
# A rewrite: in a directory of its own beside the file, which has the wanted pattern, a copy is made,
# synced, read back and compared; it gets owner, mode, access control lists, extended attributes and
# times of the file, and its stripe pattern is looked up. Number of targets and kind of pattern stay as
# they are; the storage pool is that of the directory. Then the file is moved aside to .chunkopt-*.old, and
# the copy is linked to its name. Between these two calls, for about as long as two metadata operations
# take (a millisecond or so), the name does not exist: no file is lost, but who opens it in this moment
# is told that it is not there. What somebody saves under the name meanwhile, by writing or by a rename,
# stays; where the file as it was then has no place, it stays as .chunkopt-*.old and is named at the end.
# Skipped is
# - what has another size, modification time, EntryID or chunk size than planned, or was changed within
#   --quiet-seconds (default: 3600),
# - what is open on this client, with BeeGFS 8 on any client; BeeGFS 7 does not say who has a file open,
#   so with it no job may write to the planned files meanwhile,
# - what has several hard links, a setuid, setgid or sticky bit, capabilities, a lock or remote targets,
# - what is reached through a symbolic link, or lies on another file system,
# - what lies in a directory that allows no hard links,
# - what would leave less than --keep-free, of the file system or of a storage target that the copy is
#   striped over, or exceed the quota of its owner. BeeGFS 7 is not asked for quotas, and of a mirrored
#   file only the file system is looked at.
#
# Exit codes: 0 everything planned is done, or only looked; 1 failed, stopped or interrupted; 2 ended with
# entries skipped or failed, or at a limit; 64 wrong command line; 75 another process holds the journal.
set -euo pipefail
# What these files hold, names of files above all, is not for everybody.
umask "$(printf '%04o' $((0$(umask) | 027)))"

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
for argument; do
  if [[ "$argument" == -- ]]; then
    break
  elif [[ "$argument" == --help ]]; then
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' -- "${BASH_SOURCE[0]}"
    exit 0
  fi
done
if ! command -v python3 >/dev/null; then
  echo "python3 is not on the PATH. Install Python 3.6 or later; nothing beyond it is needed." >&2
  exit 1
fi
exec python3 -I -B -- "$here/apply_plan" "$@"
