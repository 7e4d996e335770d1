#!/usr/bin/env bash
# calibrate.sh --scratch DIRECTORY --output FILE [OPTION]...
# Measures how fast a BeeGFS is with each chunk size from 64 KiB to 8 MiB, and writes a table for
# chunkopt.inputs.observations. Works in one sub-directory of the scratch directory that it makes and
# removes again, also when it is interrupted; touches nothing else of the file system. Run it on a
# client, as root or as whoever may set patterns there, while the load is as usual.
#
#   --scratch DIRECTORY  an existing directory of the mounted file system
#   --output FILE        the table, CSV; must not exist. It is FILE.partial until it is complete, and
#                        stays there, as a valid table, if the sweep fails or is interrupted
#   --cli v7|v8          beegfs-ctl or beegfs; default: the one that is on the PATH, beegfs before
#                        beegfs-ctl
#   --mount DIRECTORY    mount point; default: that of the scratch directory, which must be BeeGFS
#   --dry-run            prints the plan and ends; writes nothing
#
# Limits. The sweep goes on, with repeats, until one of them is reached:
#   --minutes N          default: 30; what is under way then gets one more
#   --max-bytes SIZE     written in total; default: 100G
#   Free space: at least a tenth of the file system and twice what the sweep holds at a time.
#
# What is measured: every combination of the following, read and written, in sequence and (with fio)
# at random, private files and one shared file, each with the eight chunk sizes:
#   --pools LIST         ids of storage pools, such as 1,2; default: that of the scratch directory
#   --targets LIST       targets per file; default: 1,4,default (default: as the scratch directory)
#   --requests LIST      default: 64K,256K,1M,4M,16M
#   --processes LIST     default: 1,4,16
#   --file-size SIZE     what the processes of a measurement write together; private files share it.
#                        Default: two seconds of one process, less where --max-bytes is too small for
#                        that, and no file below two chunks of 8 MiB on each of its targets
#   --seed N             of the order; default: 1
# The eight chunk sizes of a combination run back to back in random order, and the combinations in an
# order in which every level of every factor comes up equally often, however early the sweep ends.
#
# How it is measured:
#   --tool fio|dd        default: fio (3 or later) if it is on the PATH, else dd. dd leaves out random
#                        access, and writes zeros: not for targets that compress
#   --cached             through the client's cache; default: direct I/O. Files are synced before the
#                        clock stops, and dropped from the page cache before they are read. What the
#                        servers cache cannot be dropped from here: all eight files are written before
#                        the first is read
#
# Exit codes: 0 everything planned was measured, 1 failed or interrupted, 2 ended early by a limit (the
# table is valid), 64 wrong command line.
set -euo pipefail
# What these files hold, names of files above all, is not for everybody.
umask "$(printf '%04o' $((0$(umask) | 027)))"

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
for argument; do
  if [[ "$argument" == --help ]]; then
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' -- "${BASH_SOURCE[0]}"
    exit 0
  fi
done
if ! command -v python3 >/dev/null; then
  echo "python3 is not on the PATH. Install Python 3.6 or later; nothing beyond it is needed." >&2
  exit 1
fi
exec python3 -I -- "$here/calibrate.py" "$@"
