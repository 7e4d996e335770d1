#!/usr/bin/env bash
# export-index.sh --mount DIRECTORY --output DIRECTORY [OPTION]... [-- ARGUMENT...]
# Exports the inventory of a BeeGFS 8 out of its index: what `beegfs index query` answers for all
# entries, and of the directories that hold files their entry info, because no index has the chunk size
# of a directory. Reads only. Run it as root on a client, after the index was made anew.
#
#   --mount DIRECTORY    the mount point of the BeeGFS, which is indexed
#   --output DIRECTORY   receives NAME.index.ndjson and NAME.entries.ndjson, both replaced when they are
#                        complete
#   --name NAME          default: index
#   --no-open            ask for directories with --no-ioctl (BeeGFS 8.2 and later), which opens none
#   -- ARGUMENT...       passed to beegfs index query, such as --index-path=DIRECTORY
#
# The query has not been tried on a real index. Its columns are those of chunkopt.inputs.index-columns;
# who changes one changes the other.
#
# Exit codes: 0 exported, 1 failed, nothing replaced, 2 exported but for some directories, 64 wrong
# command line.
set -euo pipefail
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
exec python3 -I -- "$here/export_index.py" "$@"
