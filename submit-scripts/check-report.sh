#!/usr/bin/env bash
# check-report.sh PAGE [SCREENSHOT_DIRECTORY]
# Opens a report in Chromium without network and checks it: it runs no script, asks for nothing, logs
# nothing, fits a wide and a narrow screen in light and dark, and prints. With a directory it leaves
# screenshots there. Chromium comes from find-chromium, the Python packages are installed once below
# build/. Exit codes: 0 the report holds, 1 it does not, 64 wrong command line.
set -euo pipefail

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
home="$(dirname -- "$here")"

if (($# < 1 || $# > 2)); then
  echo "Usage: check-report.sh PAGE [SCREENSHOT_DIRECTORY]" >&2
  exit 64
fi
if [[ ! -f "$1" ]]; then
  echo "There is no report at $1. Give the report/index.html of a run." >&2
  exit 64
fi
chromium="$("$here/find-chromium")"
packages="$("$here/python-packages" "$home/build/playwright" playwright==1.65.2)"
PYTHONPATH="$packages" PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/check-report.py" "$chromium" "$@"
