#!/usr/bin/env bash
# apply-plan.sh --run DIRECTORY [--yes --journal FILE] [OPTION]... [-- ARGUMENT...]
# Applies the plan of a published run: gives directories the recommended chunk size for new files, then
# rewrites files with theirs. Without --yes it only looks, and prints what it would do. The largest
# expected gain goes first. Run it as root on a client; the lists of explored directories are not applied.
#
#   --run DIRECTORY      the run, such as OUTPUT/runs/run_date=2026-11-23
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
#   --keep-free SHARE    of the file system, after each copy; default: 0.1
#   --max-error-rate SHARE  of the attempts; it stops at more, from the third failure on; default: 0.05
#
# A rewrite: in a directory of its own beside the file, which has the wanted pattern, a copy is made,
# synced, read back and compared; it gets owner, mode, access control lists, extended attributes and
# times of the file, its stripe pattern is looked up, and it is renamed over the file. Number of targets
# and kind of pattern stay as they are; the storage pool is that of the directory. Skipped is
# - what has another size, modification time, EntryID or chunk size than planned, or was changed within
#   --quiet-seconds (default: 3600),
# - what is open on this client, with BeeGFS 8 on any client; BeeGFS 7 does not say who has a file open,
#   so with it no job may write to the planned files meanwhile,
# - what has several hard links, a setuid, setgid or sticky bit, capabilities, a lock or remote targets,
# - what is reached through a symbolic link, or lies on another file system.
# Until the copy is proven, the old file stays as a second link .chunkopt-*.old. If the file was written
# during the rename, it comes back.
#
# Exit codes: 0 everything planned is done, or only looked; 1 failed, stopped or interrupted; 2 ended with
# entries skipped or failed, or at a limit; 64 wrong command line; 75 another process holds the journal.
set -euo pipefail

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
